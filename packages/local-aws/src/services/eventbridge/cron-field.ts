/** Why a cron expression is not valid. */
export class CronError extends Error {
  override readonly name = "CronError";
}

/** The values that a field of a cron expression may take. */
export interface FieldRange {
  low: number;
  high: number;
  /** Names of values, in upper case. */
  names?: Readonly<Record<string, number>>;
}

/**
 * Reads one field: numbers, names, `*`, ranges `a-b`, steps `a/n` and lists of them.
 *
 * @throws CronError that names the field.
 */
export function parseField(name: string, text: string, range: FieldRange): Set<number> {
  const values = new Set<number>();
  for (const part of text.split(",")) {
    const [base = "", step, ...rest] = part.split("/");
    const every = step === undefined ? 1 : fieldValue(name, step, { low: 1, high: range.high });
    const [from = "", to, ...more] = base.split("-");
    if (rest.length > 0 || more.length > 0) throw new CronError(`${name}: "${part}" is not valid`);
    const low = base === "*" ? range.low : fieldValue(name, from, range);
    const high = to === undefined ? undefined : fieldValue(name, to, range);
    const open = base === "*" || step !== undefined;
    addRange(values, low, high ?? (open ? range.high : low), every, range);
  }
  return values;
}

/** Reads one number or name of a field. */
export function fieldValue(name: string, text: string, range: FieldRange): number {
  const value = range.names?.[text.toUpperCase()] ?? (/^\d+$/.test(text) ? Number(text) : NaN);
  if (!(value >= range.low && value <= range.high)) {
    throw new CronError(`${name}: "${text}" is not in ${range.low}-${range.high}`);
  }
  return value;
}

function addRange(to: Set<number>, low: number, high: number, step: number, range: FieldRange) {
  // FRI-MON runs over the end of the week.
  const end = high < low ? high + (range.high - range.low + 1) : high;
  for (let value = low; value <= end; value += step) {
    to.add(value > range.high ? value - (range.high - range.low + 1) : value);
  }
}
