/** The statistics that need no percentile. */
export const SIMPLE_STATISTICS = ["SampleCount", "Average", "Sum", "Minimum", "Maximum"] as const;

const MAX_EXACT_VALUES = 500;

/** A datapoint as JSON data: count, sum, least, greatest, and each value with how often it came, where they are known. */
export type PackedDatapoint = [number, number, number, number, [number, number][] | null];

/** What is kept of the values of one span of time: the five statistics exactly, percentiles closely. */
export class Datapoint {
  count = 0;
  sum = 0;
  min = Number.POSITIVE_INFINITY;
  max = Number.NEGATIVE_INFINITY;
  /** Values and how often each came; undefined once a statistic set hid the single values. */
  #values: Map<number, number> | undefined = new Map();

  static unpack([count, sum, min, max, values]: PackedDatapoint): Datapoint {
    const datapoint = new Datapoint();
    Object.assign(datapoint, { count, sum, min, max });
    datapoint.#values = values ? new Map(values) : undefined;
    return datapoint;
  }

  pack(): PackedDatapoint {
    const values = this.#values ? [...this.#values] : null;
    return [this.count, this.sum, this.min, this.max, values];
  }

  /** Adds one value that came `count` times. */
  add(value: number, count = 1): void {
    this.count += count;
    this.sum += value * count;
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
    this.#keep(value, count);
  }

  /** Adds values of which only the statistics are known; percentiles are lost, as on AWS. */
  addSet(set: { count: number; sum: number; min: number; max: number }): void {
    if (set.min === set.max) {
      this.add(set.min, set.count);
      return;
    }
    this.count += set.count;
    this.sum += set.sum;
    this.min = Math.min(this.min, set.min);
    this.max = Math.max(this.max, set.max);
    this.#values = undefined;
  }

  /** Adds another datapoint's values. */
  merge(other: Datapoint): void {
    this.count += other.count;
    this.sum += other.sum;
    this.min = Math.min(this.min, other.min);
    this.max = Math.max(this.max, other.max);
    if (!other.#values) this.#values = undefined;
    else for (const [value, count] of other.#values) this.#keep(value, count);
  }

  /** `Sum`, `p99` and the like; undefined when the values are not enough for it. */
  statistic(name: string): number | undefined {
    if (this.count === 0) return undefined;
    switch (name) {
      case "SampleCount":
        return this.count;
      case "Average":
        return this.sum / this.count;
      case "Sum":
        return this.sum;
      case "Minimum":
        return this.min;
      case "Maximum":
        return this.max;
      default:
        return this.#percentile(Number(name.slice(1)));
    }
  }

  /** The smallest value that at least `percent` of the values do not exceed. */
  #percentile(percent: number): number | undefined {
    if (!this.#values) return undefined;
    const rank = Math.max(1, Math.ceil((percent / 100) * this.count));
    let seen = 0;
    for (const [value, count] of [...this.#values].sort((a, b) => a[0] - b[0])) {
      seen += count;
      if (seen >= rank) return value;
    }
    return this.max;
  }

  #keep(value: number, count: number): void {
    if (!this.#values) return;
    const known = this.#values.get(value);
    if (known !== undefined) this.#values.set(value, known + count);
    else if (this.#values.size < MAX_EXACT_VALUES) this.#values.set(value, count);
    else {
      // Two digits hold a busy span's memory; its percentiles are then right within 5 %.
      const rounded = Number(value.toPrecision(2));
      this.#values.set(rounded, (this.#values.get(rounded) ?? 0) + count);
    }
  }
}

/** Whether the name is a statistic this runtime keeps: one of the five, or `p0` to `p100`. */
export function isStatistic(name: string): boolean {
  return (SIMPLE_STATISTICS as readonly string[]).includes(name) || isPercentile(name);
}

/** Whether the name is a percentile from `p0` to `p100`, with up to ten digits after the point. */
export function isPercentile(name: string): boolean {
  return /^p(\d{1,2}(\.\d{1,10})?|100)$/.test(name);
}
