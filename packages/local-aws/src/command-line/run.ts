import { styleText } from "node:util";
import { readArguments } from "command-text";
import { freePort } from "../kernel/free-port.ts";
import { giveBackMemory } from "../kernel/give-back-memory.ts";
import { catchTheRest, unattended } from "../kernel/unattended.ts";
import { type Runtime, type RuntimeOptions, startRuntime } from "../runtime/runtime.ts";
import { ConsoleLog } from "./console.ts";
import { endOnSignals } from "./end-on-signals.ts";
import { greeting } from "./greeting.ts";
import { announceStack } from "./running-stacks.ts";
import { watchFolders } from "./watch.ts";

/** What a program adds to the command line. */
export interface CommandLineOptions {
  /** How people start it, for the help text. @default "local-aws" */
  command?: string;
  /** Lines that the greeting offers to paste, once the stack runs. */
  firstCommands?(outputs: Runtime["outputs"]): string[];
  /** Files and folders, relative to the program, that take effect when they are saved. */
  watch?: readonly string[];
  /** Folders of functions that create resources for others, e.g. `infra/aws/`. */
  helpers?: readonly string[];
  /** Builds changed code of functions of the program in a folder without evaluating it. */
  codeBuilder?(root: string): NonNullable<RuntimeOptions["codeBuilder"]>;
  /** Reads a letter from a log line. */
  readLetter?: RuntimeOptions["readLetter"];
  /** Loads what the program adds to the page at `/_local/`. */
  console?: RuntimeOptions["console"];
  /** Configuration for what a stack's settings file leaves out, or has encrypted. */
  config?: RuntimeOptions["config"];
}

const help = (command: string) => `Runs the stack that index.ts declares on this machine.

  ${command} [options]

  --stack NAME      settings from Pulumi.NAME.yaml           (dev)
  --api-port N      port of the APIs, 0 for any free one     (3000, or the next free one)
  --aws-port N      port of the AWS endpoint, 0 for any      (4566, or the next free one)
  --origin URL      let pages of this origin call the APIs; may be repeated
  --data DIR        keep everything in DIR across starts, however one ends
  --inspect [NAME]  let a debugger attach to the function NAME, or to every function; may be repeated
  --inspect-port N  port of the first of them                (9229, or the next free one)
  --verbose         show every hop, every log line and every setting without effect
  --quiet           show only what went wrong
  --help            this text
`;

const OPTIONS = {
  stack: { type: "string", default: "dev" },
  "api-port": { type: "string" },
  "aws-port": { type: "string" },
  origin: { type: "string", multiple: true },
  data: { type: "string" },
  inspect: { type: "string", multiple: true },
  "inspect-port": { type: "string" },
  verbose: { type: "boolean", default: false },
  quiet: { type: "boolean", default: false },
} as const;

const DEFAULT_API_PORT = 3000;
const DEFAULT_AWS_PORT = 4566;
const REST_MS = 500;

/** Starts the stack of the program in the working folder, and runs until a signal ends it. */
export async function runCommandLine(options: CommandLineOptions = {}): Promise<void> {
  try {
    await start(options);
  } catch (error) {
    console.error(`could not start: ${error instanceof Error ? explain(error) : error}`);
    process.exit(1);
  }
}

async function start(options: CommandLineOptions): Promise<void> {
  const { command = "local-aws", watch = [], readLetter, config, firstCommands } = options;
  const page = options.console;
  const { values } = readArguments({
    help: help(command),
    args: inspectAll(process.argv.slice(2)),
    options: OPTIONS,
  });
  // An error elsewhere must not lose what the developer works on.
  catchTheRest();
  const root = process.cwd();
  const log = new ConsoleLog({
    verbose: values.verbose,
    quiet: values.quiet,
    colours: styleText("red", "", { stream: process.stdout }) !== "",
  });
  const began = performance.now();
  const runtime = await startRuntime({
    root,
    stack: values.stack,
    apiPort: await port("--api-port", values["api-port"], DEFAULT_API_PORT),
    awsPort: await port("--aws-port", values["aws-port"], DEFAULT_AWS_PORT),
    origins: values.origin ?? [],
    dataDir: values.data,
    inspect: values.inspect && {
      functions: values.inspect.filter((name) => name !== ""),
      firstPort: portOf("--inspect-port", values["inspect-port"]),
    },
    keepProgram: true,
    onTrace: (record) => log.hop(record),
    onLog: (line) => log.line(line),
    ...(options.helpers && { helpers: options.helpers }),
    ...(options.codeBuilder && { codeBuilder: options.codeBuilder(root) }),
    ...(readLetter && { readLetter }),
    ...(config && { config }),
    ...(page && { console: page }),
    onStep: (step) => values.verbose && console.log(`step: ${step}`),
  });
  const watched = [...watch, `Pulumi.${values.stack}.yaml`];
  const { verbose } = values;
  const ms = performance.now() - began;
  process.stdout.write(greeting(runtime, { ms, verbose, firstCommands }));
  const watching = watchFolders(root, watched, runtime, (text) => log.say(text));
  unattended("watching the program", () => watching);
  // It takes some tens of milliseconds, which the first request must not wait for.
  runtime.kernel.clock.after(REST_MS, giveBackMemory);

  const { program, awsEndpoint } = runtime;
  const name = `${program.project}/${program.stack}`;
  const endAnnouncement = announceStack(root, { name, awsEndpoint, started: Date.now() });
  endOnSignals(async () => {
    endAnnouncement();
    await (await watching)();
    await runtime.stop();
  });
}

/** The arguments with an empty name where `--inspect` has none. */
function inspectAll(args: readonly string[]): string[] {
  return args.map((arg, index) => {
    const next = args[index + 1];
    return arg === "--inspect" && (next === undefined || next.startsWith("-")) ? "--inspect=" : arg;
  });
}

/** The port that the flag names; without it the usual one, or the next that is free. */
async function port(flag: string, text: string | undefined, usual: number): Promise<number> {
  if (text === undefined) {
    const free = await freePort(usual);
    if (free !== usual) console.log(`port ${usual} is taken; ${flag} is ${free || "any free one"}`);
    return free;
  }
  return portOf(flag, text);
}

function portOf(flag: string, text: string): number;
function portOf(flag: string, text: string | undefined): number | undefined;
function portOf(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (!/^\d+$/.test(text) || number > 65535) {
    throw new Error(`${flag} ${text}: a port is a whole number from 0 to 65535`);
  }
  return number;
}

/** One sentence for an error of the user, and the stack for a bug. */
function explain(error: Error): string {
  const isBug =
    error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
  return (isBug && error.stack) || error.message;
}
