import type { Kernel } from "../../kernel/kernel.ts";
import { parseJson } from "../../kernel/nesting.ts";
import type { Collection } from "../../store/collection.ts";
import { type MachineOutcome, startMachine } from "./execution.ts";
import { announceEnd } from "./execution-end.ts";
import type { ExecutionListeners } from "./execution-listeners.ts";
import { executionLogger, type LogSink } from "./execution-log.ts";
import { taskInvoker } from "./integrations.ts";
import type { LogStreams } from "./log-streams.ts";
import type { MachineArchive } from "./machine-archive.ts";
import type { StateMachine } from "./state-machine.ts";
import { TaskTokens } from "./task-tokens.ts";

/** What an execution is started with, for an execution that has to be run again. */
interface KeptExecution {
  arn: string;
  name: string;
  machine: string;
  input: string;
}

/** The part of it in the output of StartExecution. */
interface StartedExecution {
  arn: string;
  startedAt: number;
}

// The maximum duration of an Express execution on AWS:
// https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
const MAX_SECONDS = 300;

/** What the executions of all machines share. */
export interface ExpressParts {
  kernel: Kernel;
  machines: MachineArchive;
  streams: LogStreams;
  listeners: ReadonlySet<ExecutionListeners>;
  logs: LogSink | undefined;
}

/**
 * The executions of Express machines. Each start is an execution of its own, even with the same name; no operation describes
 * it, only the log of its machine, and it ends after five minutes. One that a stop interrupts runs again from its start: it
 * runs at least once.
 */
export class ExpressExecutions {
  readonly #parts: ExpressParts;
  readonly #kept: Collection<number, KeptExecution>;

  constructor(parts: ExpressParts) {
    this.#parts = parts;
    this.#kept = parts.kernel.store.collection("states_express", "number");
  }

  /** Starts an execution. `input` is JSON. */
  start(machine: StateMachine, name: string, input: string): StartedExecution {
    const { kernel, machines, listeners } = this.#parts;
    const family = machine.arn.replace(":stateMachine:", ":express:");
    const arn = `${family}:${name}:${kernel.newId()}`;
    const number = this.#kept.nextNumber();
    this.#kept.put(number, { arn, name, machine: machines.keyOf(machine), input });
    const startedAt = this.#run(number, machine, { arn, name, input });
    for (const { onExecutionStarted } of listeners) onExecutionStarted?.(machine.arn, arn);
    return { arn, startedAt };
  }

  /** Runs again every execution that an earlier run left in progress. */
  resume(): void {
    for (const [number, { machine, ...kept }] of [...this.#kept.entries()]) {
      this.#run(number, this.#parts.machines.get(machine), kept);
    }
  }

  #run(
    number: number,
    machine: StateMachine,
    { arn, name, input }: Omit<KeptExecution, "machine">,
  ): number {
    const { kernel, streams, logs } = this.#parts;
    const { clock, random, newId, region } = kernel;
    const startedAt = clock.now();
    const { definition, roleArn } = machine;
    const { TimeoutSeconds = MAX_SECONDS } = definition;
    const sessionName = newId().replaceAll("-", "");
    const log = executionLogger(machine, arn, streams.of(machine), logs);
    startMachine({
      definition: { ...definition, TimeoutSeconds: Math.min(MAX_SECONDS, TimeoutSeconds) },
      input: parseJson(input),
      inputText: input,
      invoke: taskInvoker(kernel, { kind: "role", roleArn, sessionName }),
      clock,
      random,
      newId,
      execution: { id: arn, name, roleArn },
      stateMachine: { id: machine.arn, name: machine.name },
      // Nothing in it waits for a token.
      tokens: new TaskTokens(),
      region,
      ...(log && { onEvent: log }),
      onEnd: (outcome) => this.#end(number, machine, { arn, startedAt }, outcome),
    });
    return startedAt;
  }

  #end(
    number: number,
    machine: StateMachine,
    started: StartedExecution,
    outcome: MachineOutcome,
  ): void {
    this.#kept.delete(number);
    const { kernel, listeners } = this.#parts;
    announceEnd(kernel, listeners, { ...started, machine, stoppedAt: kernel.clock.now() }, outcome);
  }
}
