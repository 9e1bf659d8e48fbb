import type { Clock } from "../../kernel/clock.ts";
import { Datapoint } from "./datapoint.ts";
import type { ArchivedSeries, MetricArchive } from "./metric-archive.ts";
import type { MetricId } from "./metric-id.ts";

/** Values of which only the statistics are known. */
export interface StatisticSet {
  count: number;
  sum: number;
  min: number;
  max: number;
}

/** The requested datapoints: from `start` up to, not including, `end`, in epoch ms. */
export interface MetricRange {
  start: number;
  end: number;
  /** Milliseconds. */
  period: number;
  /** Only the values of this unit; all units together when left out. */
  unit?: string | undefined;
}

interface Series extends ArchivedSeries {
  /** By the start of each ten seconds, for the last three hours. */
  fine: Map<number, Datapoint>;
  /** By the start of each minute, for what is older. */
  minutes: Map<number, Datapoint>;
}

interface Metric extends MetricId {
  /** By unit, since AWS keeps values of different units apart. */
  series: Map<string, Series>;
}

const FINE_MS = 10_000;
const MINUTE_MS = 60_000;
const FINE_RETENTION_MS = 3 * 3_600_000;
const RETENTION_MS = 15 * 86_400_000;
const MAX_METRICS = 10_000;

/** The values of all metrics: every one counts in its ten seconds for three hours, then in its minute for 15 days. */
export class MetricStore {
  readonly #clock: Clock;
  readonly #metrics = new Map<string, Metric>();
  readonly #archive: MetricArchive | undefined;

  /** @param archive keeps the last hours, and has those of an earlier run. */
  constructor(clock: Clock, archive?: MetricArchive) {
    this.#clock = clock;
    this.#archive = archive;
    archive?.load((id, unit, lastAt, minutes) =>
      Object.assign(this.#series(id, unit), { lastAt, minutes }),
    );
  }

  /** Writes everything so far with the store's next commit. */
  keepNow(): void {
    this.#archive?.keepNow();
  }

  /** Records one value (epoch ms `at`, default now). */
  record(
    namespace: string,
    name: string,
    dimensions: Readonly<Record<string, string>>,
    value: number,
    unit = "None",
    at = this.#clock.now(),
  ): void {
    this.#datapoint({ namespace, name, dimensions }, unit, at)?.add(value);
  }

  /** Records one value that came `count` times. */
  recordMany(metric: MetricId, value: number, count: number, unit: string, at: number): void {
    this.#datapoint(metric, unit, at)?.add(value, count);
  }

  /** Records values of which only the statistics are known; such a span has no percentiles. */
  recordSet(metric: MetricId, set: StatisticSet, unit: string, at: number): void {
    this.#datapoint(metric, unit, at)?.addSet(set);
  }

  /** The datapoints that exist, by the start of their period (which is aligned to the range's start), oldest first. */
  datapoints(metric: MetricId, range: MetricRange): Map<number, Datapoint> {
    const found = new Map<number, Datapoint>();
    const held = this.#metrics.get(metricKey(metric));
    if (!held) return found;
    const oldest = this.#clock.now() - RETENTION_MS;
    const skipped = Math.max(0, Math.floor((oldest - range.start) / range.period));
    const first = range.start + skipped * range.period;
    for (const [unit, series] of held.series) {
      if (range.unit !== undefined && unit !== range.unit) continue;
      collect(series.minutes, MINUTE_MS, { ...range, start: first }, found);
      collect(series.fine, FINE_MS, { ...range, start: first }, found);
    }
    return new Map([...found].sort((a, b) => a[0] - b[0]));
  }

  /** The units that a metric's values have had. */
  units(metric: MetricId): string[] {
    return [...(this.#metrics.get(metricKey(metric))?.series.keys() ?? [])];
  }

  /** Every metric that had a value within the last 15 days, in the order of their first values, with its last value's time. */
  list(): (MetricId & { lastAt: number })[] {
    const oldest = this.#clock.now() - RETENTION_MS;
    const list = [];
    for (const { namespace, name, dimensions, series } of this.#metrics.values()) {
      const lastAt = lastValueAt(series);
      if (lastAt >= oldest) list.push({ namespace, name, dimensions, lastAt });
    }
    return list;
  }

  #datapoint(id: MetricId, unit: string, at: number): Datapoint | undefined {
    const now = this.#clock.now();
    if (at < now - RETENTION_MS) return undefined;
    const series = this.#series(id, unit);
    if (at > series.lastAt) series.lastAt = at;
    this.#archive?.touch(series, id, unit, at);
    if (at < now - FINE_RETENTION_MS) return open(series.minutes, at - mod(at, MINUTE_MS));
    const start = at - mod(at, FINE_MS);
    const known = series.fine.get(start);
    if (known) return known;
    age(series, now);
    return open(series.fine, start);
  }

  #series(id: MetricId, unit: string): Series {
    const key = metricKey(id);
    let metric = this.#metrics.get(key);
    if (!metric) {
      if (this.#metrics.size >= MAX_METRICS) this.#dropStalest();
      metric = { ...id, dimensions: { ...id.dimensions }, series: new Map() };
      this.#metrics.set(key, metric);
    }
    let series = metric.series.get(unit);
    if (!series) {
      series = newSeries();
      metric.series.set(unit, series);
    }
    return series;
  }

  // A tenth at a time, so that many short-lived metrics do not cause a sweep each.
  #dropStalest(): void {
    const stalest = [...this.#metrics]
      .map(([key, metric]) => ({ key, lastAt: lastValueAt(metric.series) }))
      .sort((a, b) => a.lastAt - b.lastAt);
    for (const { key } of stalest.slice(0, MAX_METRICS / 10)) this.#metrics.delete(key);
  }
}

function newSeries(): Series {
  const fine = new Map<number, Datapoint>();
  return {
    fine,
    minutes: new Map(),
    lastAt: 0,
    minute(start) {
      const all = new Datapoint();
      const older = this.minutes.get(start);
      if (older) all.merge(older);
      for (let at = start; at < start + MINUTE_MS; at += FINE_MS) {
        const datapoint = fine.get(at);
        if (datapoint) all.merge(datapoint);
      }
      return all;
    },
  };
}

function collect(
  source: Map<number, Datapoint>,
  step: number,
  range: MetricRange,
  found: Map<number, Datapoint>,
): void {
  const take = (at: number, datapoint: Datapoint) => {
    const start = at - mod(at - range.start, range.period);
    open(found, start).merge(datapoint);
  };
  if ((range.end - range.start) / step > source.size) {
    for (const [at, datapoint] of source) {
      if (at >= range.start && at < range.end) take(at, datapoint);
    }
    return;
  }
  for (let at = Math.ceil(range.start / step) * step; at < range.end; at += step) {
    const datapoint = source.get(at);
    if (datapoint) take(at, datapoint);
  }
}

/** Folds what is older than three hours into minutes, and drops what is older than 15 days. */
function age(series: Series, now: number): void {
  for (const [at, datapoint] of series.fine) {
    if (at >= now - FINE_RETENTION_MS) break;
    open(series.minutes, at - mod(at, MINUTE_MS)).merge(datapoint);
    series.fine.delete(at);
  }
  for (const at of series.minutes.keys()) {
    if (at >= now - RETENTION_MS) break;
    series.minutes.delete(at);
  }
}

function open(datapoints: Map<number, Datapoint>, at: number): Datapoint {
  let datapoint = datapoints.get(at);
  if (!datapoint) {
    datapoint = new Datapoint();
    datapoints.set(at, datapoint);
  }
  return datapoint;
}

function lastValueAt(series: Map<string, Series>): number {
  let last = 0;
  for (const { lastAt } of series.values()) if (lastAt > last) last = lastAt;
  return last;
}

function metricKey({ namespace, name, dimensions }: MetricId): string {
  const names = Object.keys(dimensions);
  if (names.length > 1) names.sort();
  let key = `${namespace}\n${name}`;
  for (const dimension of names) key += `\n${dimension}\n${dimensions[dimension]}`;
  return key;
}

function mod(value: number, by: number): number {
  return ((value % by) + by) % by;
}
