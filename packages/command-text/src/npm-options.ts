import type { ParseArgsConfig } from "node:util";
import { shellWords } from "./shell-words.ts";

/** Options of a command that npm has taken for its own. */
export interface KeptByNpm {
  /** Each as it was typed, e.g. `--dry-run`. */
  options: string[];
  /** The command that hands them over. */
  command: string;
}

/**
 * Options that were meant for a command and that npm has kept: `npm run NAME --option` without a `--` between, as PowerShell
 * makes it of `npm run NAME -- --option`. npm makes variables of them, and takes a value for a word of its own.
 */
export function keptByNpm(
  options: NonNullable<ParseArgsConfig["options"]>,
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): KeptByNpm | undefined {
  const { npm_lifecycle_event: script, npm_command: command } = environment;
  if (!script || command === "exec") return undefined;
  const kept = Object.entries(options).flatMap(([name, { type }]) => {
    const value = environment[`npm_config_${name.replaceAll("-", "_")}`];
    const given = args.some((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`));
    return value === undefined || value === "" || given ? [] : [{ name, type, value }];
  });
  if (kept.length === 0) return undefined;
  // npm reads `--name value` as a flag and a word; the words are in their order.
  const words = [...args];
  const detached = kept.filter(({ type, value }) => type === "string" && value === "true");
  const values = words.splice(Math.max(0, words.length - detached.length));
  const typed = kept.flatMap(({ name, type, value }) => {
    if (type === "boolean") return [`--${name}`];
    return value === "true" ? [`--${name}`, values.shift() ?? "VALUE"] : [`--${name}`, value];
  });
  return {
    options: kept.map(({ name }) => `--${name}`),
    command: shellWords("npx", "cb", script, ...words, ...typed),
  };
}
