import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { noSuchStack, readYamlFile } from "local-aws/stack-files";

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
  if (!existsSync(file)) throw noSuchStack(root, stack);
  const document = readYamlFile(file);
  const changed = change(String(document.getIn(["config", SETTING]) ?? DEFAULT));
  document.setIn(["config", SETTING], changed);
  writeFileSync(file, document.toString({ lineWidth: 0 }));
  return changed;
}
