import type { DeployedConsoleOptions } from "local-aws/console";
import * as v from "valibot";
import { pulumi } from "../pulumi.ts";

type Resources = DeployedConsoleOptions["recorded"]["resources"];

const state = v.object({
  deployment: v.object({
    resources: v.optional(
      v.array(
        v.object({
          urn: v.string(),
          type: v.string(),
          custom: v.boolean(),
          id: v.optional(v.string(), ""),
          parent: v.optional(v.string()),
          inputs: v.optional(v.record(v.string(), v.unknown()), {}),
          outputs: v.optional(v.record(v.string(), v.unknown()), {}),
          delete: v.optional(v.boolean(), false),
        }),
      ),
      [],
    ),
  }),
});

/** The resources of a deployed stack, as Pulumi's state has them. Secrets stay encrypted: the page needs none. */
export async function deployedResources(
  stack: string,
): Promise<{ project: string; resources: Resources }> {
  return resourcesIn(await pulumi("stack", "export", "--stack", stack));
}

/** Reads what `pulumi stack export` prints. @throws Error when it is something else. */
export function resourcesIn(exported: string): { project: string; resources: Resources } {
  const read = v.safeParse(state, JSON.parse(exported));
  if (!read.success) {
    throw new Error("pulumi stack export printed no state that this command can read");
  }
  const resources = read.output.deployment.resources
    .filter((one) => one.custom && !one.delete && !one.type.startsWith("pulumi:"))
    .map(({ urn, type, id, parent, inputs, outputs }) => ({
      urn,
      type,
      id,
      ...(parent !== undefined && { parent }),
      name: urn.slice(urn.lastIndexOf("::") + 2),
      inputs,
      outputs,
    }));
  const [, project = ""] = /^urn:pulumi:[^:]*::([^:]+)::/.exec(resources[0]?.urn ?? "") ?? [];
  return { project, resources };
}
