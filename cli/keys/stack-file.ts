import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";

const SETTING = "api:consumers";
const DEFAULT = "default";

/**
 * Changes the setting `api:consumers` in `Pulumi.<stack>.yaml`, and nothing else in the file.
 *
 * @returns The setting as it is now.
 * @throws Error when there is no such file.
 */
export function changeConsumers(
  root: string,
  stack: string,
  change: (setting: string) => string,
): string {
  const name = `Pulumi.${stack}.yaml`;
  const file = join(root, name);
  if (!existsSync(file)) throw new Error(`there is no stack ${stack}: no ${name}`);
  const document = parseDocument(readFileSync(file, "utf8"));
  const changed = change(String(document.getIn(["config", SETTING]) ?? DEFAULT));
  document.setIn(["config", SETTING], changed);
  writeFileSync(file, document.toString({ lineWidth: 0 }));
  return changed;
}
