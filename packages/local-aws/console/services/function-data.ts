import { aws } from "../calls.ts";
import { readLines } from "../metrics/metric-data.ts";
import type { MetricLine } from "../metrics/metric-line.ts";

/** A function as Lambda lists it. */
export interface FunctionFacts {
  FunctionName: string;
  Description?: string;
  Timeout?: number;
  MemorySize?: number;
  Runtime?: string;
  LoggingConfig?: { LogGroup?: string };
}

/** Every function of the account that the map names. */
export async function readFunctions(names: ReadonlySet<string>): Promise<FunctionFacts[]> {
  const found: FunctionFacts[] = [];
  let Marker: string | undefined;
  do {
    const page = await aws<{ Functions?: FunctionFacts[]; NextMarker?: string }>(
      "lambda",
      "ListFunctions",
      Marker ? { Marker } : {},
    );
    found.push(...(page.Functions ?? []));
    Marker = page.NextMarker || undefined;
  } while (Marker);
  return found
    .filter(({ FunctionName }) => names.has(FunctionName))
    .sort((a, b) => (a.FunctionName < b.FunctionName ? -1 : 1));
}

const lineOf = (
  FunctionName: string,
  metric: string,
  stat: string,
  label = metric,
): MetricLine => ({
  label,
  namespace: "AWS/Lambda",
  metric,
  dimensions: { FunctionName },
  stat,
});

/** How often functions ran and failed in the last quarter of an hour, by name. */
export async function readCounts(
  names: readonly string[],
): Promise<Map<string, { invocations: number; errors: number; spark: number[] }>> {
  const { lines } = await readLines(
    names.flatMap((name) => [lineOf(name, "Invocations", "Sum"), lineOf(name, "Errors", "Sum")]),
    { minutes: 15, period: 60 },
  );
  const sum = (values: readonly (number | null)[] = []) =>
    values.reduce<number>((total, value) => total + (value ?? 0), 0);
  return new Map(
    names.map((name, index) => {
      const values = lines[index * 2]?.values ?? [];
      const spark = values.map((value) => value ?? 0);
      return [name, { invocations: sum(values), errors: sum(lines[index * 2 + 1]?.values), spark }];
    }),
  );
}

/** The graphs of one function. */
export const FUNCTION_GRAPHS: [title: string, lines: (name: string) => MetricLine[]][] = [
  [
    "Invocations and errors",
    (name) => [lineOf(name, "Invocations", "Sum"), lineOf(name, "Errors", "Sum")],
  ],
  [
    "Duration (ms)",
    (name) => [
      lineOf(name, "Duration", "Average", "average"),
      lineOf(name, "Duration", "Maximum", "maximum"),
    ],
  ],
];
