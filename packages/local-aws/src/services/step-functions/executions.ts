import type { Kernel } from "../../kernel/kernel.ts";
import { parseJson } from "../../kernel/nesting.ts";
import type { Collection } from "../../store/collection.ts";
import { type MachineOutcome, type RunningMachine, startMachine } from "./execution.ts";
import { ExecutionArchive, type ExecutionQuery } from "./execution-archive.ts";
import { announceEnd } from "./execution-end.ts";
import type { ExecutionListeners } from "./execution-listeners.ts";
import { executionLogger, type LogSink } from "./execution-log.ts";
import type { ExecutionRecord } from "./execution-record.ts";
import { ExpressExecutions } from "./express-executions.ts";
import { errorDetails, type HistoryEvent } from "./history.ts";
import { taskInvoker } from "./integrations.ts";
import { writeJson } from "./kept-text.ts";
import { LogStreams } from "./log-streams.ts";
import { MachineArchive } from "./machine-archive.ts";
import type { Place } from "./place.ts";
import type { StateMachine } from "./state-machine.ts";
import type { TaskTokens } from "./task-tokens.ts";

/** An execution in progress, as it is kept. */
interface KeptExecution {
  arn: string;
  name: string;
  machine: string;
  input: string;
  startedAt: number;
  traceHeader?: string;
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
 * The executions of all Standard machines, and what starts those of Express ones. Those in progress are kept at the state that they are in, with their history, and go on
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
  readonly #streams: LogStreams;
  /** Those of Express machines. */
  readonly express: ExpressExecutions;
  #order: number;

  constructor(kernel: Kernel, tokens: TaskTokens, listeners: ExecutionListeners) {
    const { store } = kernel;
    this.#kernel = kernel;
    this.#tokens = tokens;
    this.#logs = listeners.logs;
    this.#listeners.add(listeners);
    this.#machines = new MachineArchive(store);
    this.#streams = new LogStreams(kernel);
    this.express = new ExpressExecutions({
      kernel,
      machines: this.#machines,
      streams: this.#streams,
      listeners: this.#listeners,
      logs: this.#logs,
    });
    this.#archive = new ExecutionArchive(store, this.#machines);
    this.#kept = store.collection("states_running", "number");
    this.#order = this.#archive.lastOrder;
    for (const [order] of this.#kept.entries()) this.#order = Math.max(this.#order, order);
  }

  /** Adds a listener; returns a function that removes it. */
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
  start(
    machine: StateMachine,
    arn: string,
    name: string,
    input: string,
    traceHeader?: string,
  ): ExecutionRecord {
    const record: ExecutionRecord = {
      order: ++this.#order,
      arn,
      name,
      machine,
      status: "RUNNING",
      input,
      startedAt: this.#kernel.clock.now(),
      ...(traceHeader !== undefined && { traceHeader }),
    };
    this.#run(record);
    for (const { onExecutionStarted } of this.#listeners)
      onExecutionStarted?.(machine.arn, record.arn);
    return record;
  }

  /** Resumes every execution that an earlier run left in progress. */
  resume(): void {
    this.express.resume();
    for (const [order, { machine, place, ...kept }] of [...this.#kept.entries()]) {
      if (this.#live.has(kept.arn)) continue;
      const record = { ...kept, order, machine: this.#machines.get(machine) };
      this.#run({ ...record, status: "RUNNING" }, place);
    }
  }

  /** Ends an execution as ABORTED; does nothing if it has ended. */
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
    const { clock, random, newId, region } = this.#kernel;
    const { arn, name, machine, order } = record;
    const sessionName = newId().replaceAll("-", "");
    const caller = { kind: "role", roleArn: machine.roleArn, sessionName } as const;
    const events = place ? this.#archive.eventsOf(order) : [];
    const written = events.length;
    const log = executionLogger(machine, arn, this.#streams.of(machine), this.#logs);
    const running = startMachine({
      definition: machine.definition,
      input: parseJson(record.input),
      inputText: record.input,
      invoke: taskInvoker(this.#kernel, caller, record.traceHeader),
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
    const { input, startedAt, traceHeader } = record;
    const kept = {
      ...{ arn, name, machine: this.#machines.keyOf(machine), input, startedAt },
      ...(traceHeader !== undefined && { traceHeader }),
    };
    // Read when it is written: the state of the execution at that time.
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
    if (status === "SUCCEEDED") record.output = writeJson(output);
    this.#archiveNow(record);
    announceEnd(
      this.#kernel,
      this.#listeners,
      { arn, machine, startedAt: record.startedAt, stoppedAt },
      outcome,
    );
  }

  #archiveNow(record: ExecutionRecord): void {
    const { arn, order } = record;
    const live = this.#live.get(arn);
    if (live) {
      this.#archive.packEvents(order, live.running.events);
      this.#unwritten.delete(live);
    }
    this.#live.delete(arn);
    this.#archive.keep(record);
    this.#kept.delete(order);
    if (order % FORGET_EVERY === 0) {
      this.#archive.forgetBefore(this.#kernel.clock.now() - NAME_BLOCKED_MS);
    }
  }
}
