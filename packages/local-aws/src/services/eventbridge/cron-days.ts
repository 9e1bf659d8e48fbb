import { CronError, type FieldRange, fieldValue, parseField } from "./cron-field.ts";

const DAYS_OF_MONTH: FieldRange = { low: 1, high: 31 };
const DAYS_OF_WEEK: FieldRange = {
  low: 1,
  high: 7,
  names: { SUN: 1, MON: 2, TUE: 3, WED: 4, THU: 5, FRI: 6, SAT: 7 },
};
const SATURDAY = 7;
const SUNDAY = 1;

/** Days of one month, counted from 1; values outside the month are dropped by the caller. */
type DayRule = (year: number, month: number) => number[];

/**
 * Reads the two day fields, of which exactly one must be `?`, with `L`, `L-n`, `nW`, `LW`, `dL` and `d#n`.
 *
 * @throws CronError that names the field.
 */
export function parseDays(dayOfMonth: string, dayOfWeek: string): DayRule {
  if ((dayOfMonth === "?") === (dayOfWeek === "?")) {
    throw new CronError("exactly one of day-of-month and day-of-week must be ?");
  }
  const rules =
    dayOfWeek === "?"
      ? dayOfMonth.split(",").map(dayOfMonthRule)
      : dayOfWeek.split(",").map(dayOfWeekRule);
  return (year, month) => {
    const last = lastDay(year, month);
    const days = new Set(rules.flatMap((rule) => rule(year, month)));
    return [...days].filter((day) => day >= 1 && day <= last).sort((a, b) => a - b);
  };
}

function dayOfMonthRule(part: string): DayRule {
  if (part === "L") return (year, month) => [lastDay(year, month)];
  if (part === "LW") return (year, month) => [nearestWeekday(year, month, lastDay(year, month))];
  const [, before] = /^L-(\d+)$/.exec(part) ?? [];
  if (before !== undefined) {
    const days = fieldValue("day-of-month", before, { low: 1, high: 30 });
    return (year, month) => [lastDay(year, month) - days];
  }
  const [, near] = /^(\d+)W$/.exec(part) ?? [];
  if (near !== undefined) {
    const day = fieldValue("day-of-month", near, DAYS_OF_MONTH);
    return (year, month) => (day <= lastDay(year, month) ? [nearestWeekday(year, month, day)] : []);
  }
  const days = [...parseField("day-of-month", part, DAYS_OF_MONTH)];
  return () => days;
}

function dayOfWeekRule(part: string): DayRule {
  if (part === "L") return (year, month) => weekdays(year, month, SATURDAY);
  const [, nthDay, nth] = /^(\w+)#(\d+)$/.exec(part) ?? [];
  if (nthDay !== undefined && nth !== undefined) {
    const weekday = fieldValue("day-of-week", nthDay, DAYS_OF_WEEK);
    const index = fieldValue("day-of-week", nth, { low: 1, high: 5 }) - 1;
    return (year, month) => weekdays(year, month, weekday).slice(index, index + 1);
  }
  const [, lastOf] = /^(\w+)L$/.exec(part) ?? [];
  if (lastOf !== undefined) {
    const weekday = fieldValue("day-of-week", lastOf, DAYS_OF_WEEK);
    return (year, month) => weekdays(year, month, weekday).slice(-1);
  }
  const wanted = [...parseField("day-of-week", part, DAYS_OF_WEEK)];
  return (year, month) => wanted.flatMap((weekday) => weekdays(year, month, weekday));
}

function lastDay(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

function weekdayOf(year: number, month: number, day: number): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;
}

function weekdays(year: number, month: number, weekday: number): number[] {
  const first = 1 + ((weekday - weekdayOf(year, month, 1) + 7) % 7);
  return [0, 7, 14, 21, 28]
    .map((offset) => first + offset)
    .filter((day) => day <= lastDay(year, month));
}

/** The working day closest to a day; it never leaves the month. */
function nearestWeekday(year: number, month: number, day: number): number {
  const weekday = weekdayOf(year, month, day);
  if (weekday === SATURDAY) return day === 1 ? 3 : day - 1;
  if (weekday === SUNDAY) return day === lastDay(year, month) ? day - 2 : day + 1;
  return day;
}
