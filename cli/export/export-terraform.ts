import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { danglingReferences } from "./dangling.ts";
import { type Recording, record } from "./recording.ts";
import { stackSettings } from "./stack-settings.ts";
import { type TerraformExport, toTerraform } from "./terraform.ts";

/** What is exported, and where to. */
export interface ExportOptions {
  /** Folder of the project. */
  root: string;
  stack: string;
  /** Settings in place of the file's, each as `key=value`. */
  config: readonly string[];
  /** Folder to write to. */
  out: string;
}

/**
 * Runs the program with a stack's settings and writes it as a Terraform configuration.
 *
 * @throws Error for references to what is not declared.
 */
export async function exportTerraform(
  options: ExportOptions,
): Promise<TerraformExport & { recording: Recording }> {
  const { root, stack, config, out } = options;
  const settings = stackSettings(root, stack, config);
  const program = () => import(pathToFileURL(settings.main).href);
  const recording = await record({ ...settings, stack, program });
  const exported = await toTerraform(recording);
  const dangling = danglingReferences(exported.configuration);
  if (dangling.length > 0) throw new Error(`not declared: ${dangling.join(", ")}`);
  const contents = new Map<string, string | Uint8Array>(exported.files);
  contents.set("main.tf.json", `${JSON.stringify(exported.configuration, null, 2)}\n`);
  for (const [path, content] of contents) {
    mkdirSync(dirname(join(out, path)), { recursive: true });
    writeFileSync(join(out, path), content);
  }
  return { ...exported, recording };
}
