import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { shellWords } from "command-text";

const MAX_BYTES = 64 * 1024 * 1024;
// What the npm package of the CLI says where it cannot fetch the program itself.
const NOT_FETCHED = /fetch failed|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|getaddrinfo/;

/**
 * What the Pulumi CLI prints.
 *
 * @throws Error in one line: what Pulumi says is wrong, or that there is no CLI and how to come by one.
 */
export async function pulumi(...args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)("pulumi", [...args], {
      maxBuffer: MAX_BYTES,
      shell: process.platform === "win32",
    });
    return stdout;
  } catch (error) {
    throw new Error(sayWhatFailed(shellWords("npx", "pulumi", ...args), error));
  }
}

/** One line about a run of the Pulumi CLI that failed. */
export function sayWhatFailed(command: string, error: unknown): string {
  const {
    code,
    stderr = "",
    message = "",
  } = Object(error) as {
    code?: unknown;
    stderr?: string;
    message?: string;
  };
  if (code === "ENOENT" || NOT_FETCHED.test(stderr)) {
    return "the Pulumi CLI is not here yet: npx pulumi fetches it from https://get.pulumi.com on first use, which needs a network; or install it by hand and put it on the PATH: https://www.pulumi.com/docs/install";
  }
  const [said = message] = stderr.split("\n").filter((line) => line.trim() !== "");
  return `${command} failed: ${said.replace(/^error: /, "")}`;
}
