import type { RecordedProgram } from "local-aws/testing/simulation";
import type { Usage } from "./usage.ts";

type CallService = <Output>(service: string, operation: string, input: object) => Promise<Output>;

interface Machine {
  name: string;
  arn: string;
  express: boolean;
}

interface Execution {
  executionArn: string;
}

/** Counts the transitions of Standard executions, and the Express executions. */
export class StateMachineMeter {
  readonly #machines: Machine[];
  readonly #call: CallService;
  readonly #seen = new Set<string>();
  #started: string[] = [];

  constructor({ resources }: RecordedProgram, call: CallService) {
    this.#call = call;
    this.#machines = resources
      .filter(({ type }) => type === "aws:sfn/stateMachine:StateMachine")
      .map(({ name, inputs, outputs }) => ({
        name,
        arn: String(outputs["arn"]),
        express: inputs["type"] === "EXPRESS",
      }));
  }

  /** Whether a step is an Express state machine. */
  isExpress(step: string): boolean {
    return this.#machines.some(({ name, express }) => express && name === step);
  }

  started(machine: string): void {
    this.#started.push(machine);
  }

  /** Adds what the executions since the last call have used. */
  async into(usage: Usage): Promise<void> {
    for (const machine of this.#started) {
      if (this.isExpress(machine)) usage.add(machine, "states.expressRequest");
    }
    this.#started = [];
    for (const { name, arn, express } of this.#machines) {
      if (express) continue;
      const { executions } = await this.#call<{ executions: Execution[] }>(
        "states",
        "ListExecutions",
        { stateMachineArn: arn, maxResults: 1000 },
      );
      for (const { executionArn } of executions) {
        if (this.#seen.has(executionArn)) continue;
        this.#seen.add(executionArn);
        usage.add(name, "states.transition", await this.#transitions(executionArn));
      }
    }
  }

  /** The start, each state that was entered, and each time that a task was tried again. */
  async #transitions(executionArn: string): Promise<number> {
    const { events } = await this.#call<{ events: { type: string }[] }>(
      "states",
      "GetExecutionHistory",
      { executionArn, maxResults: 1000 },
    );
    const count = (pattern: RegExp) => events.filter(({ type }) => pattern.test(type)).length;
    const entered = count(/StateEntered$/);
    const retries = count(/^TaskScheduled$/) - count(/^TaskStateEntered$/);
    return 1 + entered + retries;
  }
}
