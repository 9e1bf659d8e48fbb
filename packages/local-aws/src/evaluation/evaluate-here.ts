import { join } from "node:path";
import { pathToFileURL } from "node:url";
import pulumi from "@pulumi/pulumi";
import { serviceDefinitions } from "../services/list.ts";
import type { Evaluation } from "./evaluate.ts";
import type { EvaluationRequest } from "./evaluation-request.ts";
import { makePromisesWithoutTraces } from "./promises-without-traces.ts";
import { RecordingMonitor } from "./recording-monitor.ts";

/** Evaluates a program in this process, under Pulumi's mocks. */
export async function evaluate({
  root,
  settings,
  place,
  helpers,
}: EvaluationRequest): Promise<Evaluation> {
  const { project, stack, config } = settings;
  const resourceTypes = Object.values(serviceDefinitions).flatMap(
    (service) => service.resourceTypes,
  );
  const types = new Map(resourceTypes.map((type) => [type.type, type]));
  const monitor = new RecordingMonitor({ root, place, types, helpers });
  process.chdir(root);
  makePromisesWithoutTraces();
  // setMocks also switches on the engine features that a mock monitor has.
  await pulumi.runtime.setMocks({ newResource: () => ({ id: "", state: {} }), call: () => ({}) });
  pulumi.runtime.setMockOptions(monitor, project, stack, false, "local");
  pulumi.runtime.setAllConfig(config);
  await pulumi.runtime.runInPulumiStack(() => import(pathToFileURL(join(root, "index.ts")).href));
  await pulumi.runtime.disconnect();
  await monitor.settled();
  const { resources, outputs, refusals, notes } = monitor;
  if (refusals.length > 0) return { error: refusals.join("\n") };
  return { program: { project, stack, resources, outputs }, notes };
}

/** What went wrong, for the person who wrote the program. */
export function describe(error: unknown): string {
  // A RunError is a message for the user; anything else is a bug, and its stack shows where.
  if (pulumi.RunError.isInstance(error)) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
