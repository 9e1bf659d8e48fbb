import { existsSync } from "node:fs";
import { join } from "node:path";
import { noSuchStack, readYamlFile } from "local-aws/stack-files";

/** The settings of a stack in `Pulumi.yaml` and `Pulumi.<stack>.yaml`. */
export interface StackSettings {
  project: string;
  /** Absolute path of the program's entry. */
  main: string;
  config: Record<string, string>;
}

/**
 * Reads the settings of a stack. A secret is encrypted in the file; its value here is a placeholder.
 *
 * @param overrides More settings, each as `key=value`.
 * @throws Error that names the file that is missing, or the override without a value.
 */
export function stackSettings(
  root: string,
  stack: string,
  overrides: readonly string[] = [],
): StackSettings {
  const file = `Pulumi.${stack}.yaml`;
  if (!existsSync(join(root, file))) throw noSuchStack(root, stack);
  const { name: project, main } = readYamlFile(join(root, "Pulumi.yaml")).toJS();
  const { config: written } = readYamlFile(join(root, file)).toJS() ?? {};
  const config: Record<string, string> = {};
  for (const [key, value] of Object.entries((written ?? {}) as Record<string, unknown>)) {
    const full = key.includes(":") ? key : `${project}:${key}`;
    config[full] = textOf(value);
  }
  for (const override of overrides) {
    const [, key = "", value = ""] = /^([^=]+)=(.*)$/.exec(override) ?? [];
    if (!key) throw new Error(`--config ${override} must be key=value`);
    config[key] = value;
  }
  return { project, main: join(root, main), config };
}

function textOf(value: unknown): string {
  if (value === null || typeof value !== "object") return String(value);
  return "secure" in value ? "secret@example.com" : JSON.stringify(value);
}
