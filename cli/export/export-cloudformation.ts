import { type CloudFormationExport, toCloudFormation } from "./cloudformation.ts";
import { danglingLabels } from "./dangling.ts";
import { writeFiles } from "./recorded-stack.ts";
import type { Recording } from "./recording.ts";

/**
 * Writes what a program declares as a CloudFormation template: `template.json`, and the packages of functions.
 *
 * @param out Folder to write to.
 * @throws Error for references to what is not declared.
 */
export async function exportCloudFormation(
  recording: Recording,
  out: string,
): Promise<CloudFormationExport> {
  const exported = await toCloudFormation(recording);
  const dangling = danglingLabels(exported.template);
  if (dangling.length > 0) throw new Error(`not declared: ${dangling.join(", ")}`);
  const template = `${JSON.stringify(exported.template, null, 2)}\n`;
  writeFiles(
    out,
    new Map<string, string | Uint8Array>([...exported.files, ["template.json", template]]),
  );
  return exported;
}
