import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Recording, record } from "./recording.ts";
import { stackSettings } from "./stack-settings.ts";

/** The stack that is exported. */
export interface StackOptions {
  /** Folder of the project. */
  root: string;
  stack: string;
  /** Settings in place of the file's, each as `key=value`. */
  config: readonly string[];
}

/** Runs the program with a stack's settings and records what it declares. */
export function recordedStack({ root, stack, config }: StackOptions): Promise<Recording> {
  const settings = stackSettings(root, stack, config);
  const program = () => import(pathToFileURL(settings.main).href);
  return record({ ...settings, stack, program });
}

/** Writes files into a folder, by their paths in it. */
export function writeFiles(
  folder: string,
  contents: ReadonlyMap<string, string | Uint8Array>,
): void {
  for (const [path, content] of contents) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}
