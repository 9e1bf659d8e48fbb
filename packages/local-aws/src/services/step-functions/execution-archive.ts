import type { StatementSync } from "node:sqlite";
import { constants, deflateRawSync, inflateRawSync } from "node:zlib";
import type { Store } from "../../store/store.ts";
import type { ExecutionRecord } from "./execution-record.ts";
import type { HistoryEvent } from "./history.ts";
import type { MachineArchive } from "./machine-archive.ts";

/** Which executions of a machine to return, newest first. */
export interface ExecutionQuery {
  machineArn: string;
  status?: string | undefined;
  /** Only those that started before the one of this order. */
  before: number;
  limit: number;
}

type Kept = Omit<ExecutionRecord, "machine" | "order"> & { machine: string };

/** The executions that have ended, and the histories of all: only in the store, however many there are. */
export class ExecutionArchive {
  readonly #store: Store;
  readonly #machines: MachineArchive;
  readonly #insert: StatementSync;
  readonly #byArn: StatementSync;
  readonly #list: StatementSync;
  readonly #listByStatus: StatementSync;
  readonly #forget: StatementSync;
  readonly #forgetEvents: StatementSync;
  readonly #addEvents: StatementSync;
  readonly #dropEvents: StatementSync;
  readonly #events: StatementSync;

  constructor(store: Store, machines: MachineArchive) {
    this.#store = store;
    this.#machines = machines;
    store.exec(
      "CREATE TABLE IF NOT EXISTS states_executions (id INTEGER PRIMARY KEY, arn TEXT NOT NULL UNIQUE, machine TEXT NOT NULL, status TEXT NOT NULL, stopped INTEGER NOT NULL, record TEXT NOT NULL) STRICT",
    );
    store.exec(
      "CREATE INDEX IF NOT EXISTS states_executions_of_machine ON states_executions (machine, id)",
    );
    store.exec(
      "CREATE TABLE IF NOT EXISTS states_events (execution INTEGER NOT NULL, first INTEGER NOT NULL, events ANY NOT NULL, PRIMARY KEY (execution, first)) STRICT, WITHOUT ROWID",
    );
    this.#insert = store.prepare(
      "INSERT OR REPLACE INTO states_executions (id, arn, machine, status, stopped, record) VALUES (?, ?, ?, ?, ?, ?)",
    );
    this.#byArn = store.prepare("SELECT id, record FROM states_executions WHERE arn = ?");
    const select = "SELECT id, record FROM states_executions WHERE machine = ? AND id < ?";
    this.#list = store.prepare(`${select} ORDER BY id DESC LIMIT ?`);
    this.#listByStatus = store.prepare(`${select} AND status = ? ORDER BY id DESC LIMIT ?`);
    // Those that started first are, but for a few, those that ended first.
    const oldest =
      "SELECT id FROM states_executions WHERE stopped < ? AND id < (SELECT min(id) FROM states_executions) + 1000";
    this.#forgetEvents = store.prepare(`DELETE FROM states_events WHERE execution IN (${oldest})`);
    this.#forget = store.prepare(`DELETE FROM states_executions WHERE id IN (${oldest})`);
    this.#addEvents = store.prepare(
      "INSERT OR REPLACE INTO states_events (execution, first, events) VALUES (?, ?, ?)",
    );
    this.#dropEvents = store.prepare("DELETE FROM states_events WHERE execution = ?");
    this.#events = store.prepare(
      "SELECT events FROM states_events WHERE execution = ? ORDER BY first",
    );
  }

  /** The number of the newest execution, 0 if there is none. */
  get lastOrder(): number {
    const row = this.#store.prepare("SELECT max(id) AS last FROM states_executions").get();
    return Number(row?.["last"] ?? 0);
  }

  /** Stores an execution that has ended. */
  keep({ order, machine, ...record }: ExecutionRecord): void {
    const kept: Kept = { ...record, machine: this.#machines.keyOf(machine) };
    const { arn, status, stoppedAt = 0 } = record;
    this.#insert.run(order, arn, machine.arn, status, stoppedAt, JSON.stringify(kept));
  }

  find(arn: string): ExecutionRecord | undefined {
    const row = this.#byArn.get(arn);
    return row && this.#read(row);
  }

  list({ machineArn, status, before, limit }: ExecutionQuery): ExecutionRecord[] {
    const rows =
      status === undefined
        ? this.#list.all(machineArn, before, limit)
        : this.#listByStatus.all(machineArn, before, status, limit);
    return rows.map((row) => this.#read(row));
  }

  /** Drops some of those that ended before a time, in milliseconds since the epoch. */
  forgetBefore(time: number): void {
    this.#forgetEvents.run(time);
    this.#forget.run(time);
  }

  /** Adds events to a history. */
  addEvents(order: number, events: readonly HistoryEvent[]): void {
    this.#addEvents.run(order, events[0]?.id ?? 0, JSON.stringify(events));
  }

  /** Stores the whole history of an ended execution, in an eighth of the space. */
  packEvents(order: number, events: readonly HistoryEvent[]): void {
    this.#dropEvents.run(order);
    const packed = deflateRawSync(JSON.stringify(events), { level: constants.Z_BEST_SPEED });
    this.#addEvents.run(order, 1, packed);
  }

  eventsOf(order: number): HistoryEvent[] {
    return this.#events.all(order).flatMap(({ events }) => {
      const text = events instanceof Uint8Array ? inflateRawSync(events).toString() : events;
      return JSON.parse(String(text));
    });
  }

  #read({ id, record }: Record<string, unknown>): ExecutionRecord {
    const { machine, ...kept } = JSON.parse(String(record)) as Kept;
    return { ...kept, order: Number(id), machine: this.#machines.get(machine) };
  }
}
