import { parseArgs } from "node:util";
import { giveBackMemory } from "../kernel/give-back-memory.ts";
import { startRuntime } from "../runtime/runtime.ts";
import { ConsoleLog } from "./console.ts";
import { greeting } from "./greeting.ts";
import { watchHandlers } from "./watch.ts";

const HELP = `Runs the stack that index.ts declares on this machine.

  npm start -- [options]

  --stack NAME      settings from Pulumi.NAME.yaml           (dev)
  --api-port N      port of the APIs, 0 for any free one     (3000)
  --aws-port N      port of the AWS endpoint, 0 for any      (4566)
  --data DIR        keep tables, queues and executions in DIR across starts
  --verbose         show every hop, every log line and every setting without effect
  --quiet           show only what went wrong
  --help            this text
`;

const OPTIONS = {
  stack: { type: "string", default: "dev" },
  "api-port": { type: "string", default: "3000" },
  "aws-port": { type: "string", default: "4566" },
  data: { type: "string" },
  verbose: { type: "boolean", default: false },
  quiet: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

const REST_MS = 500;

await main().catch((error) => {
  console.error(`could not start: ${error instanceof Error ? explain(error) : error}`);
  process.exit(1);
});

async function main(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const root = process.cwd();
  const log = new ConsoleLog({ verbose: values.verbose, quiet: values.quiet });
  const began = performance.now();
  const runtime = await startRuntime({
    root,
    stack: values.stack,
    apiPort: port("--api-port", values["api-port"]),
    awsPort: port("--aws-port", values["aws-port"]),
    dataDir: values.data,
    onTrace: (record) => log.hop(record),
    onLog: (line) => log.line(line),
    onStep: (step) => values.verbose && console.log(`step: ${step}`),
  });
  const stopWatching = watchHandlers(root, runtime, log);
  process.stdout.write(greeting(runtime, performance.now() - began, values.verbose));
  // It takes some tens of milliseconds, which the first request must not wait for.
  runtime.kernel.clock.after(REST_MS, giveBackMemory);

  let stopping = false;
  const stop = async () => {
    // A terminal sends the signal to every process of the group, and a parent may pass it on again.
    if (stopping) return;
    stopping = true;
    stopWatching();
    await runtime.stop();
    console.log("stopped");
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
}

function port(flag: string, text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number > 65535) {
    throw new Error(`${flag} ${text}: a port is a whole number from 0 to 65535`);
  }
  return number;
}

/** One sentence where the error is meant for people, and where it happened when it is a bug. */
function explain(error: Error): string {
  const isBug =
    error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
  const isUsage = (error as NodeJS.ErrnoException).code?.startsWith("ERR_PARSE_ARGS");
  return (isBug && !isUsage && error.stack) || error.message;
}
