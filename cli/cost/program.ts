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

function functionsOf(resources: readonly RecordedResource[]): RecordedResource[] {
  return resources.filter(({ type }) => type === "aws:lambda/function:Function");
}
