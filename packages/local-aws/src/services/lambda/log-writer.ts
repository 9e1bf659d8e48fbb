import type { Timer } from "../../kernel/clock.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { ServiceError } from "../../kernel/service-error.ts";
import { supervised } from "../../kernel/unattended.ts";
import type { FunctionDefinition } from "./function-definition.ts";

interface LogEvent {
  timestamp: number;
  message: string;
}

/** Whether a function has been refused its logs; all its environments share one. */
export interface LogAccess {
  refused: boolean;
}

// How long lines wait for others when no invocation ends meanwhile.
const GATHER_MS = 50;
// The limit of one PutLogEvents, with 26 bytes for each event beside its text.
const MAX_EVENTS = 10_000;
const MAX_BYTES = 1_048_576;
const EVENT_OVERHEAD = 26;

/** Writes the lines of one environment to its log stream, in the name of the function's role. */
export class LogWriter {
  readonly #kernel: Kernel;
  readonly #definition: FunctionDefinition;
  readonly #stream: string;
  readonly #access: LogAccess;
  #gathered: LogEvent[] = [];
  #captured: string[] | undefined;
  #writing: Promise<void> = Promise.resolve();
  #created = false;
  #operation = "";
  #timer: Timer | undefined;
  #latest = 0;

  constructor(kernel: Kernel, definition: FunctionDefinition, stream: string, access: LogAccess) {
    this.#kernel = kernel;
    this.#definition = definition;
    this.#stream = stream;
    this.#access = access;
  }

  line(message: string): void {
    this.#captured?.push(message);
    if (this.#access.refused || message === "") return;
    // One call accepts only events in the order of their times, and the machine's clock may be set back.
    this.#latest = Math.max(this.#latest, this.#kernel.clock.now());
    this.#gathered.push({ timestamp: this.#latest, message });
    if (this.#kernel.store.isDurable) this.#flushThisTurn();
    else this.#timer ??= this.#kernel.clock.after(GATHER_MS, () => this.flush());
  }

  /**
   * Writes lines in the turn in which they came. A function may note somewhere that it has logged something, e.g. sent a
   * letter: then a crash must not leave the note without the line.
   */
  #flushThisTurn(): void {
    if (this.#gathered.length > 1) return;
    queueMicrotask(supervised("the lines of a function", () => this.flush()));
  }

  /** Collects the lines from now on as well; the returned function stops it and returns them. */
  capture(): () => string[] {
    const lines: string[] = [];
    this.#captured = lines;
    return () => {
      this.#captured = undefined;
      return lines;
    };
  }

  /** Writes what has been gathered; settles when it is stored. */
  flush(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    const events = this.#gathered;
    this.#gathered = [];
    if (events.length > 0) this.#writing = this.#writing.then(() => this.#write(events));
    return this.#writing;
  }

  async #write(events: LogEvent[]): Promise<void> {
    if (this.#access.refused) return;
    try {
      if (!this.#created) await this.#createStream();
      this.#created = true;
      for (const logEvents of batches(events)) await this.#call("PutLogEvents", { logEvents });
    } catch (error) {
      this.#refuse(error);
    }
  }

  /** As Lambda does, makes the group too where it is missing. */
  async #createStream(): Promise<void> {
    try {
      await this.#call("CreateLogStream");
    } catch (error) {
      if (!hasCode(error, "ResourceNotFoundException")) throw error;
      await this.#call("CreateLogGroup").catch((failure) => {
        // Another environment was faster.
        if (!hasCode(failure, "ResourceAlreadyExistsException")) throw failure;
      });
      await this.#call("CreateLogStream");
    }
  }

  async #call(operation: string, input: object = {}): Promise<void> {
    this.#operation = operation;
    const { roleArn, name, logGroup: logGroupName } = this.#definition;
    const place =
      operation === "CreateLogGroup"
        ? { logGroupName }
        : { logGroupName, logStreamName: this.#stream };
    const caller = { kind: "role", roleArn, sessionName: name } as const;
    await this.#kernel.dispatcher.call("logs", operation, { ...place, ...input }, caller);
  }

  /** As on AWS the function works on without logs; here it is reported, once for the function. */
  #refuse(error: unknown): void {
    if (this.#access.refused) return;
    this.#access.refused = true;
    const { name, roleArn, logGroup } = this.#definition;
    const role = roleArn.slice(roleArn.lastIndexOf("/") + 1);
    const why = hasCode(error, "AccessDeniedException")
      ? `role ${role} lacks logs:${this.#operation}`
      : `${this.#operation}: ${(error as Error).message}`;
    this.#kernel.trace.emit({
      from: name,
      to: logGroup,
      kind: "lambda:log",
      decision: "failed",
      detail: `no logs for ${name}: ${why}`,
    });
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof ServiceError && error.code === code;
}

function* batches(events: LogEvent[]): Generator<LogEvent[]> {
  let batch: LogEvent[] = [];
  let bytes = 0;
  for (const event of events) {
    const size = Buffer.byteLength(event.message) + EVENT_OVERHEAD;
    if (batch.length === MAX_EVENTS || bytes + size > MAX_BYTES) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(event);
    bytes += size;
  }
  yield batch;
}
