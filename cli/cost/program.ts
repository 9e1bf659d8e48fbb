import type { RecordedProgram } from "local-aws/testing/simulation";

export type { RecordedProgram };
export type RecordedResource = RecordedProgram["resources"][number];

/** Memory in MB of each function, by its logical name. */
export function memoryOf({ resources }: RecordedProgram): Map<string, number> {
  return new Map(
    functionsOf(resources).map(({ name, inputs }) => [name, Number(inputs["memorySize"] ?? 128)]),
  );
}

/** Functions that trace only what was traced before them. */
export function passThroughOf({ resources }: RecordedProgram): Set<string> {
  const mode = ({ inputs }: RecordedResource) =>
    (inputs["tracingConfig"] as { mode?: string } | undefined)?.mode;
  return new Set(
    functionsOf(resources)
      .filter((one) => mode(one) !== "Active")
      .map(({ name }) => name),
  );
}

/** Share of the requests that begin a trace, of each API with a sampling rule, by the API's logical name. */
export function tracedSharesOf({ resources }: RecordedProgram): Map<string, number> {
  return new Map(
    resources
      .filter(({ type }) => type === "aws:xray/samplingRule:SamplingRule")
      .map(({ name, inputs }) => [name.replace(/-traces$/, ""), Number(inputs["fixedRate"])]),
  );
}

function functionsOf(resources: readonly RecordedResource[]): RecordedResource[] {
  return resources.filter(({ type }) => type === "aws:lambda/function:Function");
}
