/** A metric that an AWS service emits without being asked to. */
export interface EmittedMetric {
  unit: "Count" | "Milliseconds" | "Seconds" | "Bytes" | "None";
  /** The sets of dimension names that AWS emits it with; `[]` is the account's sum. Nothing else ever has values. */
  dimensions: readonly (readonly string[])[];
  /** Whether the local runtime emits it as well. */
  here: boolean;
}

/** The metrics of one namespace, as far as an alarm may want them. */
export interface EmittedNamespace {
  /** Where AWS documents them. */
  page: string;
  metrics: Readonly<Record<string, EmittedMetric>>;
}

/** Metrics of one unit and one list of dimensions that the local runtime emits as AWS does. */
export function emittedHere(
  unit: EmittedMetric["unit"],
  dimensions: EmittedMetric["dimensions"],
  names: string[],
): Record<string, EmittedMetric> {
  return Object.fromEntries(names.map((name) => [name, { unit, dimensions, here: true }]));
}

/** Metrics of one unit and one list of dimensions that only AWS emits. */
export function emittedByAws(
  unit: EmittedMetric["unit"],
  dimensions: EmittedMetric["dimensions"],
  names: string[],
): Record<string, EmittedMetric> {
  return Object.fromEntries(names.map((name) => [name, { unit, dimensions, here: false }]));
}
