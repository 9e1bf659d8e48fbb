import type { StatementSync } from "node:sqlite";
import type { Store } from "../../store/store.ts";
import type { LogEvent } from "./log-event.ts";

type Packed = [stream: string, timestamp: number, ingested: number, message: string];

// As much as a group has in memory.
const MAX_GROUP_BYTES = 16 * 1024 * 1024;

/** The lines of log groups in the store: a row for all that a group got between two commits. */
export class LogArchive {
  readonly #store: Store;
  readonly #add: StatementSync;
  readonly #read: StatementSync;
  readonly #bytesOf: StatementSync;
  readonly #oldest: StatementSync;
  readonly #delete: StatementSync;
  readonly #unwritten = new Map<string, LogEvent[]>();
  readonly #bytes = new Map<string, number>();

  constructor(store: Store) {
    this.#store = store;
    store.exec(
      "CREATE TABLE IF NOT EXISTS logs_lines (last INTEGER PRIMARY KEY, log_group TEXT NOT NULL, bytes INTEGER NOT NULL, lines TEXT NOT NULL) STRICT",
    );
    store.exec("CREATE INDEX IF NOT EXISTS logs_lines_of_group ON logs_lines (log_group, last)");
    this.#add = store.prepare(
      "INSERT INTO logs_lines (last, log_group, bytes, lines) VALUES (?, ?, ?, ?)",
    );
    this.#read = store.prepare(
      "SELECT last, lines FROM logs_lines WHERE log_group = ? AND last <= ? ORDER BY last",
    );
    this.#bytesOf = store.prepare(
      "SELECT total(bytes) AS bytes FROM logs_lines WHERE log_group = ?",
    );
    this.#oldest = store.prepare(
      "SELECT last, bytes FROM logs_lines WHERE log_group = ? ORDER BY last LIMIT 1",
    );
    this.#delete = store.prepare("DELETE FROM logs_lines WHERE last = ?");
  }

  /** The id of the newest line, 0 where there is none. */
  get lastId(): number {
    const row = this.#store.prepare("SELECT max(last) AS last FROM logs_lines").get();
    return Number(row?.["last"] ?? 0);
  }

  /** Writes lines with what is written now. */
  append(group: string, events: readonly LogEvent[]): void {
    const unwritten = this.#unwritten.get(group);
    if (unwritten) unwritten.push(...events);
    else this.#unwritten.set(group, [...events]);
    this.#store.flushLater(this);
  }

  /** The lines of a group up to an id. */
  linesOf(group: string, lastId: number): LogEvent[] {
    return this.#read.all(group, lastId).flatMap(({ last, lines }) => {
      const packed = JSON.parse(String(lines)) as Packed[];
      return packed.map(([stream, timestamp, ingestionTime, message], index) => {
        const id = Number(last) - packed.length + 1 + index;
        return { stream, timestamp, ingestionTime, message, id };
      });
    });
  }

  flush(): void {
    for (const [group, events] of this.#unwritten) this.#write(group, events);
    this.#unwritten.clear();
  }

  #write(group: string, events: readonly LogEvent[]): void {
    const packed = events.map(({ stream, timestamp, ingestionTime, message }): Packed => {
      return [stream, timestamp, ingestionTime, message];
    });
    const lines = JSON.stringify(packed);
    let bytes = this.#bytes.get(group) ?? Number(this.#bytesOf.get(group)?.["bytes"]);
    bytes += lines.length;
    this.#add.run(events.at(-1)?.id ?? 0, group, lines.length, lines);
    while (bytes > MAX_GROUP_BYTES) {
      const oldest = this.#oldest.get(group);
      if (!oldest) break;
      this.#delete.run(Number(oldest["last"]));
      bytes -= Number(oldest["bytes"]);
    }
    this.#bytes.set(group, bytes);
  }
}
