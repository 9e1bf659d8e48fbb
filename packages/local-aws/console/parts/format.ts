/** A length of time for people. */
export function duration(ms: number): string {
  if (!Number.isFinite(ms)) return "";
  if (ms < 10) return `${Math.round(ms * 10) / 10} ms`;
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(ms < 10_000 ? 2 : 1)} s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 120) return `${minutes} min ${Math.round((ms % 60_000) / 1_000)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** The time of day, in the reader's own zone. */
export function clockTime(at: number | string): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return "";
  return `${date.toLocaleTimeString("en-GB")}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}

/** The day and the time of day. */
export function dayTime(at: number | string): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return "";
  const day = date.toLocaleDateString("en-GB", { day: "numeric", month: "short" });
  return `${day} ${date.toLocaleTimeString("en-GB")}`;
}

/** AWS's times: seconds since the epoch from this machine, ISO 8601 from AWS; as milliseconds. */
export function timeOf(value: unknown): number {
  if (typeof value === "number") return value * 1000;
  return Date.parse(String(value));
}

/** A number for people, without digits that say nothing. */
export function figure(value: number): string {
  if (Math.abs(value) >= 1_000_000) return `${(value / 1_000_000).toFixed(1)} M`;
  if (Math.abs(value) >= 10_000) return `${(value / 1_000).toFixed(1)} k`;
  return String(Math.round(value * 100) / 100);
}

/** JSON text laid out, or the text itself where it is none. */
export function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text;
  }
}

/** What follows the last `:` or `/`, e.g. the name in an ARN. */
export function lastPart(text: string): string {
  return text.slice(Math.max(text.lastIndexOf(":"), text.lastIndexOf("/")) + 1);
}

/** A thing and how many there are of it. */
export function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
