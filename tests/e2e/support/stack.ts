import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LogLine } from "../../../packages/local-aws/src/command-line/console.ts";
import type { Service } from "../../../packages/local-aws/src/kernel/service.ts";
import { ServiceError } from "../../../packages/local-aws/src/kernel/service-error.ts";
import type { TraceRecord } from "../../../packages/local-aws/src/kernel/trace.ts";
import {
  type Runtime,
  type RuntimeOptions,
  startRuntime,
} from "../../../packages/local-aws/src/runtime/runtime.ts";

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
}

/** Starts the real program on free ports. */
export async function startStack(options: Partial<RuntimeOptions> = {}): Promise<TestStack> {
  const hops: TraceRecord[] = [];
  const logs: LogLine[] = [];
  const runtime = await startRuntime({
    root: ROOT,
    apiPort: 0,
    awsPort: 0,
    onTrace: (record) => hops.push(record),
    onLog: (line) => logs.push(line),
    ...options,
  });
  const { awsEndpoint, kernel, outputs } = runtime;
  return {
    ...runtime,
    hops,
    logs,
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
    "package.json",
    "package-lock.json",
    "tsconfig.json",
  ];
  for (const part of [...parts, "Pulumi.yaml", "Pulumi.dev.yaml"]) {
    cpSync(join(ROOT, part), join(root, part), { recursive: true });
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
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** Waits until `read` gives something, or fails saying what was waited for. */
export async function eventually<T>(
  what: string,
  read: () => T | undefined | Promise<T | undefined>,
  withinMs = 20_000,
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const value = await read();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > deadline) throw new Error(`${what} did not happen within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
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

/** Lets every delivery to these functions happen twice, one after the other; the answer ends it. */
export function doubleDeliveries({ kernel, services }: TestStack, functions: RegExp): () => void {
  const { lambda } = services;
  const { Invoke: invoke } = lambda.operations;
  if (!invoke) throw new Error("lambda has no operation Invoke");
  const run: typeof invoke.run = async (input, context) => {
    const first = await invoke.run(input, context);
    return functions.test(String(input["FunctionName"])) ? invoke.run(input, context) : first;
  };
  const operations = { ...lambda.operations, Invoke: { ...invoke, run } };
  kernel.dispatcher.register({ name: lambda.name, operations });
  return () => kernel.dispatcher.register(lambda);
}
