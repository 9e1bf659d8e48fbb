import type { RecordedProgram } from "../program/recorded.ts";
import type { RunningServices } from "./services.ts";

/**
 * Creates everything that the program declares, dependencies first.
 *
 * @throws Error that starts with the resource's name, where AWS would refuse it, or this runtime does.
 */
export async function provision(
  { running }: Pick<RunningServices, "running">,
  { resources }: RecordedProgram,
): Promise<void> {
  for (const service of running.values()) {
    for (const [type, create] of Object.entries(service.provision ?? {})) {
      for (const resource of resources) if (resource.type === type) await create(resource);
    }
  }
  for (const service of running.values()) await service.provisioned?.();
}
