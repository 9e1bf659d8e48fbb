import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const RUNNER = join(import.meta.dirname, "..", "run.mjs");

/** What another command prints, a line each. @throws Error with what it says where it fails. */
export async function runCommand(name: string, ...args: readonly string[]): Promise<string[]> {
  const entry = join(import.meta.dirname, "..", `${name}.ts`);
  // npm's variables are of the command that runs this one.
  const env = { ...process.env, npm_lifecycle_event: "" };
  const { stdout } = await promisify(execFile)(process.execPath, [RUNNER, entry, ...args], {
    env,
  }).catch(({ stderr, message }) => {
    throw new Error(String(stderr || message).trim());
  });
  return stdout.trimEnd().split("\n");
}
