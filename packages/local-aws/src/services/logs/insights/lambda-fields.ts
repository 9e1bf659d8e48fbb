import type { Value } from "./values.ts";

// CloudWatch Logs counts a function's memory in bytes, by thousands.
const MEGABYTE = 1_000_000;
const APPLICATION_LINE = /^\d{4}-\d\d-\d\dT\S+Z\t([\w-]{36})\t/;
const PLATFORM_LINE = /^(START|END|REPORT) RequestId: ([\w-]+)/;

const NUMBERS: Record<string, { pattern: RegExp; factor: number }> = {
  "@duration": { pattern: /\tDuration: ([\d.]+) ms/, factor: 1 },
  "@billedDuration": { pattern: /\tBilled Duration: ([\d.]+) ms/, factor: 1 },
  "@initDuration": { pattern: /\tInit Duration: ([\d.]+) ms/, factor: 1 },
  "@memorySize": { pattern: /\tMemory Size: (\d+) MB/, factor: MEGABYTE },
  "@maxMemoryUsed": { pattern: /\tMax Memory Used: (\d+) MB/, factor: MEGABYTE },
};

/** What CloudWatch Logs discovers in the lines of a function that logs text; lines of JSON have fields instead. */
export function lambdaField(message: string, field: string): Value {
  const [, type, requestId] = PLATFORM_LINE.exec(message) ?? [];
  if (field === "@type") return type;
  if (field === "@requestId") return requestId ?? APPLICATION_LINE.exec(message)?.[1];
  const number = Object.hasOwn(NUMBERS, field) ? NUMBERS[field] : undefined;
  const found = type === "REPORT" && number?.pattern.exec(message)?.[1];
  return found && number ? Number(found) * number.factor : undefined;
}
