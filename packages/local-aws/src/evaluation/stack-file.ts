import { join } from "node:path";
import { noSuchStack, readYamlFile } from "./yaml-file.ts";

/** Which project and stack is run, and its configuration as Pulumi hands it to the program. */
export interface StackSettings {
  project: string;
  stack: string;
  /** Values by `namespace:key`; structured values are JSON text. */
  config: Record<string, string>;
}

/**
 * Reads `Pulumi.yaml` and `Pulumi.<stack>.yaml` as the Pulumi CLI would.
 *
 * @param defaults Values for keys that the file leaves out, or has encrypted.
 * @throws Error naming the file, or the key whose value is encrypted and so cannot be read here.
 */
export function readStackSettings(
  root: string,
  stack: string,
  defaults: Readonly<Record<string, string>> = {},
): StackSettings {
  const project = readYaml(
    join(root, "Pulumi.yaml"),
    () => new Error(`${join(root, "Pulumi.yaml")} is missing; this is not the folder of a program`),
  );
  const name = String(project["name"] ?? "");
  if (!name)
    throw new Error("Pulumi.yaml has no name; add a line such as `name: commerce-backend`");
  const file = `Pulumi.${stack}.yaml`;
  const settings = readYaml(join(root, file), () => noSuchStack(root, stack));
  const values = (settings["config"] ?? {}) as Record<string, unknown>;
  const config: Record<string, string> = { ...defaults };
  for (const [key, value] of Object.entries(values)) {
    if (value !== null && typeof value === "object" && "secure" in value) {
      if (key in defaults) continue;
      throw new Error(
        `${file}: ${key} is encrypted and cannot be read without Pulumi; run another stack with --stack, or set it in clear for this one`,
      );
    }
    const qualified = key.includes(":") ? key : `${name}:${key}`;
    config[qualified] = typeof value === "string" ? value : JSON.stringify(value);
  }
  return { project: name, stack, config };
}

function readYaml(path: string, missing: () => Error): Record<string, unknown> {
  try {
    return readYamlFile(path).toJS() ?? {};
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === "ENOENT" ? missing() : error;
  }
}
