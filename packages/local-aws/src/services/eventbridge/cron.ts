import { parseDays } from "./cron-days.ts";
import { CronError, parseField } from "./cron-field.ts";

const MONTHS = named(1, "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC");
const LAST_YEAR = 2199;

/** When a cron expression falls due. */
export interface Cron {
  /** The first minute after `time` (ms since the epoch), in UTC; undefined when there is none up to 2199. */
  next(time: number): number | undefined;
}

/**
 * Reads the six fields of AWS's `cron(minutes hours day-of-month month day-of-week year)`.
 *
 * @throws CronError that names the field.
 */
export function parseCron(text: string): Cron {
  const fields = text.trim().split(/\s+/);
  if (fields.length !== 6) throw new CronError(`six fields are needed, not ${fields.length}`);
  const [minute = "", hour = "", dayOfMonth = "", month = "", dayOfWeek = "", year = ""] = fields;
  const minutes = ascending(parseField("minutes", minute, { low: 0, high: 59 }));
  const hours = ascending(parseField("hours", hour, { low: 0, high: 23 }));
  const months = ascending(parseField("month", month, { low: 1, high: 12, names: MONTHS }));
  const years = parseField("year", year, { low: 1970, high: LAST_YEAR });
  const daysOf = parseDays(dayOfMonth, dayOfWeek);

  function* timesFrom(start: number): Generator<number> {
    const first = new Date(start);
    for (let y = first.getUTCFullYear(); y <= LAST_YEAR; y++) {
      if (!years.has(y)) continue;
      for (const m of months) {
        // The end of the month lies before the start: none of its days can be due.
        if (Date.UTC(y, m, 1) <= start) continue;
        for (const day of daysOf(y, m)) {
          if (Date.UTC(y, m - 1, day + 1) <= start) continue;
          for (const h of hours) for (const min of minutes) yield Date.UTC(y, m - 1, day, h, min);
        }
      }
    }
  }

  return {
    next(time) {
      for (const due of timesFrom(time + 1)) if (due > time) return due;
      return undefined;
    },
  };
}

function named(first: number, names: string): Record<string, number> {
  return Object.fromEntries(names.split(" ").map((name, index) => [name, first + index]));
}

function ascending(values: Set<number>): number[] {
  return [...values].sort((a, b) => a - b);
}
