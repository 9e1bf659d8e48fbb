import { writeSync } from "node:fs";
import { type ParseArgsConfig, parseArgs } from "node:util";
import { didYouMean } from "./nearest-name.ts";
import { type KeptByNpm, keptByNpm } from "./npm-options.ts";
import { UsageError } from "./usage-error.ts";

/** What a command takes, as `parseArgs` of Node.js has it. */
export interface CommandConfig extends ParseArgsConfig {
  /** What `--help` prints, or what it prints after these words. */
  help: string | ((positionals: readonly string[]) => string);
  /** How many words there may be beside the options. @default 0 */
  maxPositionals?: number;
  strict?: true;
}

type Parsed<Config extends CommandConfig> = ReturnType<
  typeof parseArgs<Config & { allowPositionals: true }>
>;

const USAGE_EXIT_CODE = 2;

/**
 * The options and words that this process was started with. Prints the help and ends the process where `--help` is among
 * them; a mistake is one line on stderr and exit code 2.
 */
export function readArguments<Config extends CommandConfig>(config: Config): Parsed<Config> {
  try {
    const { values, positionals } = parseCommand(
      config,
      config.args ?? process.argv.slice(2),
      process.env,
    );
    if ((values as { help?: boolean }).help) {
      writeSync(1, typeof config.help === "string" ? config.help : config.help(positionals));
      process.exit(0);
    }
    return { values, positionals } as Parsed<Config>;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    writeSync(2, `${error.message}\n`);
    process.exit(USAGE_EXIT_CODE);
  }
}

/**
 * Reads a command's options and words; every command has `--help`.
 *
 * @throws UsageError naming the option or word that is wrong, and the nearest one that is right.
 */
export function parseCommand<Config extends CommandConfig>(
  { help: _help, maxPositionals = 0, ...config }: Config,
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Parsed<Config> {
  const options = { ...config.options, help: { type: "boolean" as const, default: false } };
  let parsed: Parsed<Config>;
  try {
    parsed = parseArgs({
      ...config,
      options,
      args: [...args],
      allowPositionals: true,
    }) as Parsed<Config>;
  } catch (error) {
    throw new UsageError(sayWhatIsWrong(error as NodeJS.ErrnoException, Object.keys(options)));
  }
  const { values, positionals } = parsed as { values: { help?: boolean }; positionals: string[] };
  if (values.help) return parsed;
  const kept = keptByNpm(options, args, environment);
  if (kept) throw new UsageError(sayWhatNpmKept(kept));
  const excess = positionals[maxPositionals];
  if (excess !== undefined) {
    const wanted = maxPositionals === 0 ? "options alone" : `${maxPositionals} at most`;
    throw new UsageError(
      `"${excess}" is one word too many: this command takes ${wanted}; --help lists what it takes`,
    );
  }
  return parsed;
}

function sayWhatIsWrong(
  { code, message }: NodeJS.ErrnoException,
  known: readonly string[],
): string {
  if (code === "ERR_PARSE_ARGS_UNKNOWN_OPTION") {
    const [, option = ""] = /'(--?[^']+)'/.exec(message) ?? [];
    const nearest = didYouMean(option.replace(/^-+/, ""), known).replace("mean ", "mean --");
    return `there is no option ${option}${nearest || "; --help lists the options"}`;
  }
  // "Option '--max <value>' argument missing", and explanations of what begins with a hyphen.
  const [first = ""] = message.split("\n");
  const [, option = first] = /'((?:-\w, )?--[\w-]+)/.exec(first) ?? [];
  if (first.includes("argument missing") || first.includes("ambiguous")) {
    return `${option} needs a value: ${option}=VALUE; --help says which`;
  }
  if (first.includes("does not take an argument")) return `${option} takes no value`;
  return first;
}

function sayWhatNpmKept({ options, command }: KeptByNpm): string {
  const [verb, them] = options.length === 1 ? ["it", "it"] : ["they", "them"];
  return `npm has kept ${options.join(" and ")} for itself, as ${verb} came without a -- before ${them}, which PowerShell drops; write: ${command}`;
}
