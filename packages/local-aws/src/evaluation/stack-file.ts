import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

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
  const project = readYaml(join(root, "Pulumi.yaml"), "Pulumi.yaml is missing");
  const name = String(project["name"] ?? "");
  if (!name)
    throw new Error("Pulumi.yaml has no name; add a line such as `name: commerce-backend`");
  const file = `Pulumi.${stack}.yaml`;
  const settings = readYaml(
    join(root, file),
    `stack "${stack}" has no settings: ${file} is missing; create it or choose another with --stack`,
  );
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

function readYaml(path: string, missing: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") throw new Error(missing);
    throw error;
  }
  return (parse(text) ?? {}) as Record<string, unknown>;
}
