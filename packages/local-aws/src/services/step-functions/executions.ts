import type { Kernel } from "../../kernel/kernel.ts";
import { parseJson } from "../../kernel/nesting.ts";
import { type MachineOutcome, type RunningMachine, startMachine } from "./execution.ts";
import { executionLogger, type LogSink, logStreamName } from "./execution-log.ts";
import { errorDetails, type HistoryEvent } from "./history.ts";
import { taskInvoker } from "./integrations.ts";
import type { StateMachine } from "./state-machine.ts";
import type { TaskTokens } from "./task-tokens.ts";

/** One execution, under way or over. Times are milliseconds since the epoch. */
export interface ExecutionRecord {
  /** Counts up with each start. */
  order: number;
  arn: string;
  name: string;
  machine: StateMachine;
  status: MachineOutcome["status"] | "RUNNING";
  input: string;
  output?: string;
  error?: string;
  cause?: string;
  startedAt: number;
  stoppedAt?: number;
  events: readonly HistoryEvent[];
}

/** What a listener hears of an execution that ended. Dates are epoch seconds, as the API gives them. */
export interface EndedExecution {
  stateMachineArn: string;
  executionArn: string;
  status: MachineOutcome["status"];
  startDate: number;
  stopDate: number;
  error?: string;
  cause?: string;
}

/** Who else hears of executions. */
export interface ExecutionListeners {
  logs?: LogSink;
  onExecutionStarted?: (stateMachineArn: string) => void;
  onExecutionEnded?: (execution: EndedExecution) => void;
}

interface Snapshot {
  version: 1;
  machines: StateMachine[];
  executions: (Omit<ExecutionRecord, "machine"> & { machine: number })[];
}

// AWS frees the name, and forgets the execution, this long after its end.
const NAME_BLOCKED_MS = 90 * 24 * 3600 * 1000;

/** The executions of all machines. */
export class Executions {
  readonly #kernel: Kernel;
  readonly #tokens: TaskTokens;
  readonly #listeners = new Set<ExecutionListeners>();
  readonly #logs: LogSink | undefined;
  readonly #records = new Map<string, ExecutionRecord>();
  readonly #running = new Map<string, RunningMachine>();
  readonly #streams = new Map<string, string>();
  #order = 0;

  constructor(kernel: Kernel, tokens: TaskTokens, listeners: ExecutionListeners) {
    this.#kernel = kernel;
    this.#tokens = tokens;
    this.#logs = listeners.logs;
    this.#listeners.add(listeners);
  }

  /** Tells another listener of what comes; the answer stops it. */
  listen(listeners: Omit<ExecutionListeners, "logs">): () => void {
    this.#listeners.add(listeners);
    return () => this.#listeners.delete(listeners);
  }

  /** The execution, unless AWS would have forgotten it. */
  get(arn: string): ExecutionRecord | undefined {
    const record = this.#records.get(arn);
    if (record?.stoppedAt === undefined) return record;
    return this.#kernel.clock.now() - record.stoppedAt < NAME_BLOCKED_MS ? record : undefined;
  }

  /** A machine's executions, newest first. */
  ofMachine(machineArn: string): ExecutionRecord[] {
    return [...this.#records.values()]
      .filter((record) => record.machine.arn === machineArn && this.get(record.arn) === record)
      .sort((left, right) => right.order - left.order);
  }

  /** Starts an execution; the name must be free. `input` is JSON. */
  start(machine: StateMachine, arn: string, name: string, input: string): ExecutionRecord {
    const { clock, random, newId, region, dispatcher } = this.#kernel;
    const sessionName = newId().replaceAll("-", "");
    const caller = { kind: "role", roleArn: machine.roleArn, sessionName } as const;
    const running = startMachine({
      definition: machine.definition,
      input: parseJson(input),
      invoke: taskInvoker(dispatcher, caller, newId),
      clock,
      random,
      newId,
      execution: { id: arn, name, roleArn: machine.roleArn },
      stateMachine: { id: machine.arn, name: machine.name },
      tokens: this.#tokens,
      region,
      onEvent: executionLogger(machine, arn, this.#streamOf(machine), this.#logs),
      onEnd: (outcome) => this.#end(record, outcome),
    });
    const record: ExecutionRecord = {
      order: this.#order++,
      arn,
      name,
      machine,
      status: "RUNNING",
      input,
      startedAt: clock.now(),
      events: running.events,
    };
    this.#records.set(arn, record);
    this.#running.set(arn, running);
    for (const { onExecutionStarted } of this.#listeners) onExecutionStarted?.(machine.arn);
    return record;
  }

  /** Ends an execution as ABORTED; does nothing to one that is over. */
  stop(arn: string, error?: string, cause?: string): void {
    this.#running.get(arn)?.stop(error, cause);
  }

  /** Everything as JSON data, for {@link restore}. */
  snapshot(): Snapshot {
    const machines = [...new Set([...this.#records.values()].map(({ machine }) => machine))];
    const executions = [...this.#records.values()].map((record) => ({
      ...record,
      machine: machines.indexOf(record.machine),
    }));
    return { version: 1, machines, executions };
  }

  /**
   * Takes up what {@link snapshot} gave. An execution that was under way is ABORTED: its calls are lost.
   *
   * @throws Error when the data is not a snapshot of this version.
   */
  restore(data: unknown): void {
    const { version, machines, executions } = data as Snapshot;
    if (version !== 1) {
      throw new Error(
        `executions of version ${version} cannot be read; this runtime writes version 1`,
      );
    }
    for (const { machine: index, ...kept } of executions) {
      const machine = machines[index];
      if (!machine) throw new Error(`execution ${kept.arn} names a machine that was not kept`);
      const record = { ...kept, machine };
      this.#records.set(kept.arn, record.status === "RUNNING" ? this.#aborted(record) : record);
      this.#order = Math.max(this.#order, kept.order + 1);
    }
  }

  #aborted(record: ExecutionRecord): ExecutionRecord {
    const now = this.#kernel.clock.now();
    const error = "Runtime.Stopped";
    const cause = "The local runtime stopped while the execution was under way.";
    const event: HistoryEvent = {
      timestamp: now / 1000,
      type: "ExecutionAborted",
      id: record.events.length + 1,
      previousEventId: 0,
      executionAbortedEventDetails: { error, cause },
    };
    const events = [...record.events, event];
    return { ...record, status: "ABORTED", error, cause, stoppedAt: now, events };
  }

  #end(record: ExecutionRecord, outcome: MachineOutcome): void {
    const { arn, machine } = record;
    const { status, output, error, cause } = outcome;
    const stoppedAt = this.#kernel.clock.now();
    Object.assign(record, { status, stoppedAt, ...errorDetails(error, cause) });
    if (status === "SUCCEEDED") record.output = JSON.stringify(output);
    this.#running.delete(arn);
    this.#kernel.trace.emit({
      from: machine.name,
      to: arn,
      kind: `states:Execution${TRACE_NAMES[status]}`,
      decision: status === "SUCCEEDED" ? "note" : "failed",
      ...((error || cause) && { detail: [error, cause].filter(Boolean).join(": ") }),
    });
    const ended = {
      stateMachineArn: machine.arn,
      executionArn: arn,
      status,
      startDate: record.startedAt / 1000,
      stopDate: stoppedAt / 1000,
      ...errorDetails(error, cause),
    };
    for (const { onExecutionEnded } of this.#listeners) onExecutionEnded?.(ended);
  }

  #streamOf(machine: StateMachine): string {
    const known = this.#streams.get(machine.arn);
    if (known) return known;
    const { clock, newId } = this.#kernel;
    const stream = logStreamName(machine.name, clock.now(), newId().slice(0, 8));
    this.#streams.set(machine.arn, stream);
    return stream;
  }
}

const TRACE_NAMES = {
  SUCCEEDED: "Succeeded",
  FAILED: "Failed",
  TIMED_OUT: "TimedOut",
  ABORTED: "Aborted",
} as const;
