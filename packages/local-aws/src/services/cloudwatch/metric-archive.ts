import type { StatementSync } from "node:sqlite";
import type { Clock, Timer } from "../../kernel/clock.ts";
import type { Collection } from "../../store/collection.ts";
import type { Store } from "../../store/store.ts";
import { Datapoint, type PackedDatapoint } from "./datapoint.ts";
import type { MetricId } from "./metric-id.ts";

/** A series as it is kept. */
interface KeptSeries extends MetricId {
  unit: string;
  lastAt: number;
}

/** A series whose minutes are stored. */
export interface ArchivedSeries {
  lastAt: number;
  /** All values of a minute, by its start. */
  minute(start: number): Datapoint;
}

const MINUTE_MS = 60_000;
// After a restart, alarms and graphs on one machine need no older values.
const KEPT_MS = 6 * 3_600_000;
// Values of these seconds may be lost when the process is killed; those of PutMetricData are not.
const GATHER_MS = 5_000;
const FORGET_EVERY_MS = 600_000;

/** The metrics of the last hours, in the store: a row for each series and minute. */
export class MetricArchive {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #series: Collection<number, KeptSeries>;
  readonly #keys = new Map<ArchivedSeries, number>();
  readonly #changed = new Map<ArchivedSeries, Set<number>>();
  readonly #put: StatementSync;
  readonly #forget: StatementSync;
  #timer: Timer | undefined;
  #forgotAt: number;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
    this.#forgotAt = clock.now();
    this.#series = store.collection("cloudwatch_series", "number");
    store.exec(
      "CREATE TABLE IF NOT EXISTS cloudwatch_minutes (series INTEGER NOT NULL, minute INTEGER NOT NULL, value TEXT NOT NULL, PRIMARY KEY (series, minute)) STRICT, WITHOUT ROWID",
    );
    this.#put = store.prepare(
      "INSERT OR REPLACE INTO cloudwatch_minutes (series, minute, value) VALUES (?, ?, ?)",
    );
    this.#forget = store.prepare("DELETE FROM cloudwatch_minutes WHERE minute < ?");
  }

  /** Loads what is stored. `open` makes a series, and receives its minutes. */
  load(
    open: (
      id: MetricId,
      unit: string,
      lastAt: number,
      minutes: Map<number, Datapoint>,
    ) => ArchivedSeries,
  ): void {
    const minutes = new Map<number, Map<number, Datapoint>>();
    const oldest = this.#clock.now() - KEPT_MS;
    const rows = this.#store
      .prepare("SELECT series, minute, value FROM cloudwatch_minutes WHERE minute >= ?")
      .iterate(oldest);
    for (const { series, minute, value } of rows) {
      const of = minutes.get(Number(series)) ?? new Map<number, Datapoint>();
      minutes.set(Number(series), of);
      const packed = JSON.parse(String(value)) as PackedDatapoint;
      of.set(Number(minute), Datapoint.unpack(packed));
    }
    for (const [key, { unit, lastAt, ...id }] of [...this.#series.entries()]) {
      const found = minutes.get(key);
      if (found) this.#keys.set(open(id, unit, lastAt, found), key);
      else this.#series.delete(key);
    }
  }

  /** Notes that a series has a new value at a time; it is written within seconds. */
  touch(series: ArchivedSeries, id: MetricId, unit: string, at: number): void {
    let minutes = this.#changed.get(series);
    if (!minutes) {
      minutes = new Set();
      this.#changed.set(series, minutes);
      if (!this.#keys.has(series)) {
        const { namespace, name, dimensions } = id;
        const key = this.#series.nextNumber();
        this.#keys.set(series, key);
        this.#series.put(key, { namespace, name, dimensions, unit, lastAt: at });
      }
    }
    minutes.add(Math.floor(at / MINUTE_MS) * MINUTE_MS);
    this.#timer ??= this.#clock.after(GATHER_MS, () => this.keepNow(), "keeping metrics");
  }

  /** Writes the changes with the store's next commit. */
  keepNow(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#store.flushLater(this);
  }

  flush(): void {
    for (const [series, minutes] of this.#changed) {
      const key = this.#keys.get(series) ?? 0;
      for (const start of minutes) {
        this.#put.run(key, start, JSON.stringify(series.minute(start).pack()));
      }
      const kept = this.#series.get(key);
      if (kept) this.#series.put(key, { ...kept, lastAt: series.lastAt });
    }
    this.#changed.clear();
    const now = this.#clock.now();
    if (now - this.#forgotAt < FORGET_EVERY_MS) return;
    this.#forgotAt = now;
    this.#forget.run(now - KEPT_MS);
  }
}
