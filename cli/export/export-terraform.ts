import { danglingReferences } from "./dangling.ts";
import { writeFiles } from "./recorded-stack.ts";
import type { Recording } from "./recording.ts";
import { type TerraformExport, toTerraform } from "./terraform.ts";

/**
 * Writes what a program declares as a Terraform configuration: `main.tf.json`, and the packages of functions.
 *
 * @param out Folder to write to.
 * @throws Error for references to what is not declared.
 */
export async function exportTerraform(recording: Recording, out: string): Promise<TerraformExport> {
  const exported = await toTerraform(recording);
  const dangling = danglingReferences(exported.configuration);
  if (dangling.length > 0) throw new Error(`not declared: ${dangling.join(", ")}`);
  const main = `${JSON.stringify(exported.configuration, null, 2)}\n`;
  writeFiles(
    out,
    new Map<string, string | Uint8Array>([...exported.files, ["main.tf.json", main]]),
  );
  return exported;
}
