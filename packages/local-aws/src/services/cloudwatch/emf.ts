import { parseJson } from "../../kernel/nesting.ts";
import type { MetricStore } from "./metric-store.ts";

/** One value that a log line carries. */
export interface EmfValue {
  namespace: string;
  name: string;
  dimensions: Record<string, string>;
  value: number;
  unit: string;
  /** Milliseconds since the epoch. */
  at: number;
}

interface Directive {
  Namespace?: unknown;
  Dimensions?: unknown;
  Metrics?: unknown;
}

const MAX_DIMENSIONS = 30;
const MAX_VALUES = 100;

/** Records the metrics that a log line carries in CloudWatch's embedded metric format; other lines cost one search. */
export function recordEmf(store: MetricStore, line: string, loggedAt: number): void {
  for (const { namespace, name, dimensions, value, unit, at } of readEmf(line, loggedAt)) {
    store.record(namespace, name, dimensions, value, unit, at);
  }
}

/** The values that a log line carries; none where it is not in the embedded metric format. */
export function readEmf(line: string, loggedAt: number): EmfValue[] {
  if (!line.includes("CloudWatchMetrics")) return [];
  const document = parseObject(line);
  const metadata = document?.["_aws"];
  if (!document || !isObject(metadata)) return [];
  const { CloudWatchMetrics, Timestamp } = metadata;
  if (!Array.isArray(CloudWatchMetrics)) return [];
  const at = typeof Timestamp === "number" ? Timestamp : loggedAt;
  return CloudWatchMetrics.filter(isObject).flatMap((directive) =>
    valuesOf(directive, document, at),
  );
}

function valuesOf(
  { Namespace, Dimensions = [[]], Metrics }: Directive,
  document: Record<string, unknown>,
  at: number,
): EmfValue[] {
  if (typeof Namespace !== "string" || Namespace === "") return [];
  if (!Array.isArray(Dimensions) || !Array.isArray(Metrics)) return [];
  const sets = (Dimensions.length > 0 ? Dimensions : [[]])
    .map((names) => dimensionsOf(names, document))
    .filter((set) => set !== undefined);
  const found: EmfValue[] = [];
  for (const metric of Metrics.filter(isObject)) {
    const { Name, Unit } = metric;
    if (typeof Name !== "string") continue;
    const unit = typeof Unit === "string" ? Unit : "None";
    for (const value of numbersIn(document[Name])) {
      for (const dimensions of sets) {
        found.push({ namespace: Namespace, name: Name, dimensions, value, unit, at });
      }
    }
  }
  return found;
}

/** The set's names with their values; undefined drops the set, as CloudWatch does where one has no value. */
function dimensionsOf(
  names: unknown,
  document: Record<string, unknown>,
): Record<string, string> | undefined {
  if (!Array.isArray(names) || names.length > MAX_DIMENSIONS) return undefined;
  const dimensions: Record<string, string> = {};
  for (const name of names) {
    const value = document[String(name)];
    if (typeof value !== "string" || value === "") return undefined;
    dimensions[String(name)] = value;
  }
  return dimensions;
}

/** A number, or an array of up to 100 of them; a longer one is refused as a whole. */
function numbersIn(value: unknown): number[] {
  const values = Array.isArray(value) ? value : [value];
  if (values.length > MAX_VALUES) return [];
  return values.filter((it) => typeof it === "number" && Number.isFinite(it));
}

function parseObject(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = parseJson(line);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
