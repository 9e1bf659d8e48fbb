import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * The path of a program: from the variable with its name in capitals, or from the PATH.
 *
 * @returns undefined where it is not installed.
 */
export function installed(name: string): string | undefined {
  const { PATH = "", [name.toUpperCase().replaceAll("-", "_")]: given } = process.env;
  return [given, ...PATH.split(delimiter).map((folder) => join(folder, name))].find((file) => {
    try {
      accessSync(file ?? "", constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
