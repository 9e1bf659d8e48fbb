import type { Kernel } from "../../kernel/kernel.ts";
import { parseJson } from "../../kernel/nesting.ts";
import type { Collection } from "../../store/collection.ts";
import { type MachineOutcome, type RunningMachine, startMachine } from "./execution.ts";
import { ExecutionArchive, type ExecutionQuery } from "./execution-archive.ts";
import { executionLogger, type LogSink, logStreamName } from "./execution-log.ts";
import type { ExecutionRecord } from "./execution-record.ts";
import { errorDetails, type HistoryEvent } from "./history.ts";
import { taskInvoker } from "./integrations.ts";
import { MachineArchive } from "./machine-archive.ts";
import type { Place } from "./place.ts";
import type { StateMachine } from "./state-machine.ts";
import type { TaskTokens } from "./task-tokens.ts";

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

/** An execution under way, as it is kept. */
interface KeptExecution {
  arn: string;
  name: string;
  machine: string;
  input: string;
  startedAt: number;
  place: Place;
}

interface Live {
  record: ExecutionRecord;
  running: RunningMachine;
  /** Events that are written. */
  written: number;
}

// AWS frees the name, and forgets the execution, this long after its end.
const NAME_BLOCKED_MS = 90 * 24 * 3600 * 1000;
const FORGET_EVERY = 100;

/**
 * The executions of all machines. Those under way are kept at the state that they are in, with their history, and go on
 * from there after a restart.
 */
export class Executions {
  readonly #kernel: Kernel;
  readonly #tokens: TaskTokens;
  readonly #listeners = new Set<ExecutionListeners>();
  readonly #logs: LogSink | undefined;
  readonly #machines: MachineArchive;
  readonly #archive: ExecutionArchive;
  readonly #kept: Collection<number, KeptExecution>;
  readonly #live = new Map<string, Live>();
  readonly #unwritten = new Set<Live>();
  readonly #streams = new Map<string, string>();
  #order: number;

  constructor(kernel: Kernel, tokens: TaskTokens, listeners: ExecutionListeners) {
    const { store } = kernel;
    this.#kernel = kernel;
    this.#tokens = tokens;
    this.#logs = listeners.logs;
    this.#listeners.add(listeners);
    this.#machines = new MachineArchive(store);
    this.#archive = new ExecutionArchive(store, this.#machines);
    this.#kept = store.collection("states_running", "number");
    this.#order = this.#archive.lastOrder;
    for (const [order] of this.#kept.entries()) this.#order = Math.max(this.#order, order);
  }

  /** Tells another listener of what comes; the answer stops it. */
  listen(listeners: Omit<ExecutionListeners, "logs">): () => void {
    this.#listeners.add(listeners);
    return () => this.#listeners.delete(listeners);
  }

  /** The execution, unless AWS would have forgotten it. */
  get(arn: string): ExecutionRecord | undefined {
    const live = this.#live.get(arn);
    if (live) return live.record;
    const record = this.#archive.find(arn);
    return record && this.#isKnown(record) ? record : undefined;
  }

  /** A machine's executions, newest first. */
  list(query: ExecutionQuery): ExecutionRecord[] {
    const { machineArn, status = "RUNNING", before, limit } = query;
    const live = [...this.#live.values()]
      .map(({ record }) => record)
      .filter(
        (one) => one.machine.arn === machineArn && one.order < before && one.status === status,
      );
    const over = this.#archive.list(query).filter((record) => this.#isKnown(record));
    return [...live, ...over].sort((a, b) => b.order - a.order).slice(0, limit);
  }

  /** The events of an execution so far. */
  historyOf({ arn, order }: ExecutionRecord): readonly HistoryEvent[] {
    return this.#live.get(arn)?.running.events ?? this.#archive.eventsOf(order);
  }

  /** Starts an execution; the name must be free. `input` is JSON. */
  start(machine: StateMachine, arn: string, name: string, input: string): ExecutionRecord {
    const record: ExecutionRecord = {
      order: ++this.#order,
      arn,
      name,
      machine,
      status: "RUNNING",
      input,
      startedAt: this.#kernel.clock.now(),
    };
    this.#run(record);
    for (const { onExecutionStarted } of this.#listeners) onExecutionStarted?.(machine.arn);
    return record;
  }

  /** Goes on with every execution that an earlier run left under way. */
  resume(): void {
    for (const [order, { machine, place, ...kept }] of [...this.#kept.entries()]) {
      if (this.#live.has(kept.arn)) continue;
      const record = { ...kept, order, machine: this.#machines.get(machine) };
      this.#run({ ...record, status: "RUNNING" }, place);
    }
  }

  /** Ends an execution as ABORTED; does nothing to one that is over. */
  stop(arn: string, error?: string, cause?: string): void {
    this.#live.get(arn)?.running.stop(error, cause);
  }

  /** Writes the events since the last time. */
  flush(): void {
    for (const live of this.#unwritten) this.#write(live);
    this.#unwritten.clear();
  }

  #isKnown({ stoppedAt = 0 }: ExecutionRecord): boolean {
    return this.#kernel.clock.now() - stoppedAt < NAME_BLOCKED_MS;
  }

  #run(record: ExecutionRecord, place?: Place): void {
    const { clock, random, newId, region, dispatcher } = this.#kernel;
    const { arn, name, machine, order } = record;
    const sessionName = newId().replaceAll("-", "");
    const caller = { kind: "role", roleArn: machine.roleArn, sessionName } as const;
    const events = place ? this.#archive.eventsOf(order) : [];
    const written = events.length;
    const log = executionLogger(machine, arn, this.#streamOf(machine), this.#logs);
    const running = startMachine({
      definition: machine.definition,
      input: parseJson(record.input),
      invoke: taskInvoker(dispatcher, caller, newId),
      clock,
      random,
      newId,
      execution: { id: arn, name, roleArn: machine.roleArn },
      stateMachine: { id: machine.arn, name: machine.name },
      tokens: this.#tokens,
      region,
      ...(place && { from: { place, events, startedAt: record.startedAt } }),
      onEvent: (event) => {
        this.#changed(arn);
        log?.(event);
      },
      onMoved: () => this.#changed(arn),
      onEnd: (outcome) => this.#end(record, outcome),
    });
    const live = { record, running, written };
    this.#live.set(arn, live);
    const { input, startedAt } = record;
    const kept = { arn, name, machine: this.#machines.keyOf(machine), input, startedAt };
    // Read when it is written: as far as the execution has come by then.
    this.#kept.put(order, {
      ...kept,
      get place() {
        return running.place;
      },
    });
    this.#changed(arn);
  }

  #changed(arn: string): void {
    const live = this.#live.get(arn);
    if (!live) return;
    const kept = this.#kept.get(live.record.order);
    if (kept) this.#kept.put(live.record.order, kept);
    this.#unwritten.add(live);
    this.#kernel.store.flushLater(this);
  }

  #write(live: Live): void {
    const { events } = live.running;
    if (events.length === live.written) return;
    this.#archive.addEvents(live.record.order, events.slice(live.written));
    live.written = events.length;
  }

  #end(record: ExecutionRecord, outcome: MachineOutcome): void {
    const { arn, machine } = record;
    const { status, output, error, cause } = outcome;
    const stoppedAt = this.#kernel.clock.now();
    Object.assign(record, { status, stoppedAt, ...errorDetails(error, cause) });
    if (status === "SUCCEEDED") record.output = JSON.stringify(output);
    this.#archiveNow(record);
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

  #archiveNow(record: ExecutionRecord): void {
    const { arn, order } = record;
    const live = this.#live.get(arn);
    if (live) {
      this.#write(live);
      this.#unwritten.delete(live);
    }
    this.#live.delete(arn);
    this.#archive.keep(record);
    this.#kept.delete(order);
    if (order % FORGET_EVERY === 0) {
      this.#archive.forgetBefore(this.#kernel.clock.now() - NAME_BLOCKED_MS);
    }
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
