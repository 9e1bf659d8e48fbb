import { StatesError } from "./states-error.ts";

/** A task that waits for its token to come back. */
interface WaitingTask {
  owner: string;
  succeed: (output: unknown) => void;
  fail: (error: StatesError) => void;
  beat: () => void;
}

/** The tokens that tasks wait for. */
export class TaskTokens {
  readonly #waiting = new Map<string, WaitingTask>();
  readonly #spent = new Set<string>();

  /** Makes a token known; `owner` is the ARN of the machine that waits. */
  open(token: string, task: WaitingTask): void {
    this.#waiting.set(token, task);
  }

  /** Invalidates a token: the task has ended, and later responses are refused. */
  close(token: string): void {
    if (this.#waiting.delete(token)) this.#spent.add(token);
  }

  /** Whether a token is waited for, was once, or never existed. */
  stateOf(token: string): "waiting" | "spent" | "unknown" {
    if (this.#waiting.has(token)) return "waiting";
    return this.#spent.has(token) ? "spent" : "unknown";
  }

  /** ARN of the machine that waits for the token. */
  ownerOf(token: string): string | undefined {
    return this.#waiting.get(token)?.owner;
  }

  /** Completes a task with its result; does nothing for a token that no task waits for. */
  succeed(token: string, output: unknown): void {
    this.#waiting.get(token)?.succeed(output);
  }

  /** Fails the task. */
  fail(token: string, error?: string, cause?: string): void {
    this.#waiting.get(token)?.fail(new StatesError(error, cause));
  }

  /** Restarts the task's heartbeat period. */
  heartbeat(token: string): void {
    this.#waiting.get(token)?.beat();
  }
}
