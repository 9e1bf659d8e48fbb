const UNITS: Record<string, [ms: number, name: string]> = {
  m: [60_000, "minute"],
  h: [3_600_000, "hour"],
  d: [86_400_000, "day"],
};

/** How far back to look. */
export interface SearchWindow {
  ms: number;
  /** E.g. `3 days`. */
  name: string;
}

/** Reads a duration such as `90m`, `24h` or `3d`. @throws Error saying what may be given. */
export function readWindow(given: string): SearchWindow {
  const [, digits = "", letter = ""] = /^([1-9]\d{0,3})([mhd])$/.exec(given) ?? [];
  const unit = UNITS[letter];
  if (!unit)
    throw new Error(`--since ${given} must be a number of minutes, hours or days: 90m, 24h, 3d`);
  const [ms, name] = unit;
  const count = Number(digits);
  return { ms: count * ms, name: `${count} ${name}${count === 1 ? "" : "s"}` };
}
