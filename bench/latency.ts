import { cpus } from "node:os";
import { join } from "node:path";
import { readArguments } from "command-text";
import { startRuntime } from "local-aws";
import { median } from "./median.ts";

readArguments({
  help: `What the runtime adds: to a warm invocation of a function, and between a write to a table and the start of the
function that it leads to (stream, pipe, event bus, rule and state machine lie between them).

  npm run bench:latency -- [--help]
`,
});

const INVOKE_LIMIT_MS = 0.5;
const STREAM_LIMIT_MS = 20;
const INVOCATIONS = 2_000;
const WRITES = 50;

const runtime = await startRuntime({
  root: join(import.meta.dirname, ".."),
  apiPort: 0,
  awsPort: 0,
});
try {
  console.log(`${cpus()[0]?.model}, Node.js ${process.version}`);
  report("warm invocation", await invocations(), INVOKE_LIMIT_MS);
  report("table write to handler start", await streams(), STREAM_LIMIT_MS);
} finally {
  await runtime.stop();
}

function functionName(output: string): string {
  const names = runtime.outputs["functionNames"] as Record<string, string>;
  const name = names[output];
  if (!name) throw new Error(`the stack has no function ${output}`);
  return name;
}

/** Durations of invocations of a function that only logs a line. */
async function invocations(): Promise<number[]> {
  const input = { FunctionName: functionName("logEvent"), Payload: '{"id":"bench"}' };
  const invoke = () =>
    runtime.kernel.dispatcher.call("lambda", "Invoke", input, { kind: "administrator" });
  for (let n = 0; n < 200; n++) await invoke();
  const durations: number[] = [];
  for (let n = 0; n < INVOCATIONS; n++) {
    const began = performance.now();
    await invoke();
    durations.push(performance.now() - began);
  }
  return durations;
}

/** Times from the write of a customer to the invocation of the workflow's first step. */
async function streams(): Promise<number[]> {
  const { kernel, outputs } = runtime;
  const first = functionName("validateExists");
  const durations: number[] = [];
  for (let n = 0; n < WRITES; n++) {
    const started = new Promise<number>((resolve) => {
      const stop = kernel.trace.subscribe(({ kind, to }) => {
        if (kind !== "lambda:InvokeFunction" || !to.endsWith(first)) return;
        stop();
        resolve(performance.now());
      });
    });
    const began = performance.now();
    const Item = { id: { S: `bench-${n}` }, createdAt: { S: new Date().toISOString() } };
    const input = { TableName: outputs["customersTableName"], Item };
    await kernel.dispatcher.call("dynamodb", "PutItem", input, { kind: "administrator" });
    durations.push((await started) - began);
    // The workflow ends before the next write, so that its functions stay warm and idle.
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  return durations.slice(5);
}

function report(what: string, durations: number[], limit: number): void {
  const middle = median(durations);
  const p99 = durations.toSorted((a, b) => a - b)[Math.floor(durations.length * 0.99)] ?? 0;
  const ratio = (middle / limit).toFixed(2);
  console.log(
    `${what}: median ${middle.toFixed(3)} ms, p99 ${p99.toFixed(3)} ms of ${durations.length}; ${ratio} of the limit of ${limit} ms`,
  );
  if (!(middle <= limit)) process.exitCode = 1;
}
