import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const CHILD = join(import.meta.dirname, "..", "fixtures", "run-bundle.ts");
const run = promisify(execFile);

/** What came of one call of a bundle. */
export interface BundleRun {
  result?: unknown;
  thrown?: { name: string; message: string; stack: string };
}

/** Loads a bundle and calls it in a process of its own, with this environment and no other. */
export async function runBundle(
  file: string,
  event: unknown,
  env: Record<string, string>,
  nodeOptions: string[] = [],
): Promise<BundleRun> {
  // Windows opens no socket without it.
  const { SystemRoot = "" } = process.env;
  const args = [...nodeOptions, CHILD, file, JSON.stringify(event)];
  const { stdout } = await run(process.execPath, args, { env: { SystemRoot, ...env } });
  return JSON.parse(stdout);
}
