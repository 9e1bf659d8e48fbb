import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as realWait } from "node:timers/promises";
import {
  type LogLine,
  type Runtime,
  type RuntimeOptions,
  startRuntime,
  type TraceRecord,
} from "local-aws";
import { type Service, ServiceError, VirtualClock } from "local-aws/testing";
import { moveProgram, ProgramEvaluator } from "local-aws/testing/moved-program";
import { HELPERS } from "../../../cli/start/helpers.ts";
import { localAddresses } from "../../../cli/start/local-addresses.ts";
import { readLetter } from "../../../cli/start/read-letter.ts";
import { addTouched } from "../../runner/touched.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");

/** A stack that runs for a test, with what the test needs to talk to it. */
export interface TestStack extends Runtime {
  /** Configuration for AWS SDK clients, as the person at the keyboard. */
  aws: {
    region: string;
    endpoint: string;
    credentials: { accessKeyId: string; secretAccessKey: string };
  };
  /** One stack output. */
  output(name: string): string;
  /** Every hop so far. */
  hops: TraceRecord[];
  /** Every log line so far. */
  logs: LogLine[];
  /** The stack's time: it stands still until a test moves it. Functions live in the machine's. */
  clock: VirtualClock;
  /**
   * Lets time go on until `read` gives something: at once, where it is only a matter of work, else from timer to timer.
   *
   * @param withinMs Of the stack's time, so that a slow machine changes nothing. @default one hour
   * @throws Error that says what was waited for.
   */
  until<T>(
    what: string,
    read: () => T | undefined | Promise<T | undefined>,
    withinMs?: number,
  ): Promise<T>;
  /** Lets the stack's time go by with the machine's while somebody outside works with it, e.g. a command. */
  during<T>(work: Promise<T>): Promise<T>;
}

const copies = new ProgramEvaluator();
const HOUR_MS = 3_600_000;
const TICK_MS = 20;

/** Starts the real program on free ports and in virtual time. */
export async function startStack(options: Partial<RuntimeOptions> = {}): Promise<TestStack> {
  const clock = new VirtualClock(Date.now());
  const hops: TraceRecord[] = [];
  const logs: LogLine[] = [];
  const isShared = !(["root", "stack", "config"] as const).some((name) => name in options);
  const runtime = await startRuntime({
    root: ROOT,
    // Most tests run the very same program, others each a copy of their own.
    evaluate: isShared ? moveProgram : (request) => copies.evaluate(request),
    apiPort: 0,
    awsPort: 0,
    onTrace: (record) => hops.push(record),
    onLog: (line) => logs.push(line),
    readLetter,
    config: localAddresses,
    helpers: HELPERS,
    kernel: { clock },
    ...options,
  });
  const { awsEndpoint, kernel, outputs } = runtime;
  return {
    ...runtime,
    async stop() {
      addTouched(sourcesOfInvoked(runtime, hops));
      await runtime.stop();
    },
    hops,
    logs,
    clock,
    async until(what, read, withinMs = HOUR_MS) {
      const value = await clock.until(read, withinMs);
      if (value !== undefined && value !== false) return value;
      throw new Error(`${what}: nothing is under way, and it did not happen in ${withinMs} ms`);
    },
    async during(work) {
      let over = false;
      const end = () => {
        over = true;
      };
      work.then(end, end);
      while (!over) {
        await realWait(TICK_MS);
        await clock.advance(TICK_MS);
      }
      return work;
    },
    aws: {
      region: kernel.region,
      endpoint: awsEndpoint,
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    },
    output(name) {
      const value = outputs[name];
      if (typeof value !== "string") throw new Error(`the stack has no output ${name}`);
      return value;
    },
  };
}

/** Sources of the functions that anything was sent to. */
function sourcesOfInvoked({ program }: Runtime, hops: readonly TraceRecord[]): string[] {
  const reached = new Set(hops.map(({ to }) => /:function:([\w-]+)/.exec(to)?.[1]));
  return program.resources
    .filter(({ outputs }) => reached.has(String(outputs["name"])))
    .flatMap(({ inputs }) => {
      const { files = {} } = Object(inputs["code"]) as { files?: Record<string, string> };
      return JSON.parse(files["index.mjs.map"] ?? '{"sources":[]}').sources as string[];
    });
}

/** A copy of the program that a test may change, file by file. */
export interface ProgramCopy {
  root: string;
  /** Rewrites one file; fails when the rewriting changes nothing. */
  edit(file: string, change: (text: string) => string): void;
  remove(): void;
}

/** Copies everything that `npm start` reads into a folder of its own. */
export function copyProgram(): ProgramCopy {
  const root = mkdtempSync(join(tmpdir(), "commerce-program-"));
  const parts = [
    "index.ts",
    "infra",
    "handlers",
    "storefront",
    "package.json",
    "package-lock.json",
    "tsconfig.json",
  ];
  for (const part of [...parts, "Pulumi.yaml", "Pulumi.dev.yaml"]) {
    // A file whose time is new could have changed while its bundle was made: that bundle is never used again.
    cpSync(join(ROOT, part), join(root, part), { recursive: true, preserveTimestamps: true });
  }
  symlinkSync(join(ROOT, "node_modules"), join(root, "node_modules"), "junction");
  return {
    root,
    edit(file, change) {
      const path = join(root, file);
      const before = readFileSync(path, "utf8");
      const after = change(before);
      if (after === before) throw new Error(`the change of ${file} changes nothing`);
      writeFileSync(path, after);
    },
    remove: () => rmSync(root, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** Lets one operation of a service fail as if AWS had a bad day; the answer mends it. */
export function breakOperation(
  { kernel }: TestStack,
  service: Service,
  operation: string,
  error = new ServiceError("InternalException", "broken by a test", 500),
): () => void {
  const whole = service.operations[operation];
  if (!whole) throw new Error(`${service.name} has no operation ${operation}`);
  const run = () => {
    throw error;
  };
  const operations = { ...service.operations, [operation]: { ...whole, run } };
  kernel.dispatcher.register({ name: service.name, operations });
  return () => kernel.dispatcher.register(service);
}

/** Lets every invocation of these functions fail as if Lambda had a bad day; the answer mends it. */
export function breakFunctions({ kernel, services }: TestStack, functions: RegExp): () => void {
  const { lambda } = services;
  const { Invoke: invoke } = lambda.operations;
  if (!invoke) throw new Error("lambda has no operation Invoke");
  const run: typeof invoke.run = (input, context) => {
    if (!functions.test(String(input["FunctionName"]))) return invoke.run(input, context);
    throw new ServiceError("ServiceException", "broken by a test", 500);
  };
  const operations = { ...lambda.operations, Invoke: { ...invoke, run } };
  kernel.dispatcher.register({ name: lambda.name, operations });
  return () => kernel.dispatcher.register(lambda);
}

/** Lets every delivery to these functions happen twice, one after the other; the answer ends it. */
export function doubleDeliveries({ kernel, services }: TestStack, functions: RegExp): () => void {
  const { lambda } = services;
  const { Invoke: invoke } = lambda.operations;
  if (!invoke) throw new Error("lambda has no operation Invoke");
  const run: typeof invoke.run = async (input, context) => {
    if (!functions.test(String(input["FunctionName"]))) return invoke.run(input, context);
    // An asynchronous invocation would be over before its function is.
    await invoke.run({ ...input, InvocationType: "RequestResponse" }, context);
    return invoke.run(input, context);
  };
  const operations = { ...lambda.operations, Invoke: { ...invoke, run } };
  kernel.dispatcher.register({ name: lambda.name, operations });
  return () => kernel.dispatcher.register(lambda);
}
