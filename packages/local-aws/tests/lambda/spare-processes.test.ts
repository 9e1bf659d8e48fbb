import { execFileSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { EnvironmentRequest } from "../../src/services/lambda/executor.ts";
import { ProcessExecutor } from "../../src/services/lambda/process-executor.ts";
import { functionDefinition } from "../support/function-definition.ts";

const test = suite("Lambda, processes that wait for a function");

const SOURCE = `
  export const handler = async () => {
    const { pid, argv, execArgv, env } = process;
    return { pid, argv, execArgv, env, folder: process.cwd(), time: new Date(0).toString() };
  };`;
const folder = mkdtempSync(join(tmpdir(), "spare-"));
writeFileSync(join(folder, "index.mjs"), SOURCE);
const executor = () => new ProcessExecutor({ region: "r", awsEndpoint: "http://127.0.0.1:1" });
const running: ProcessExecutor[] = [];

test.after(() => {
  for (const one of running) one.stop();
  rmSync(folder, { recursive: true });
});

function request(more: Partial<EnvironmentRequest["definition"]> = {}): EnvironmentRequest {
  return {
    definition: { ...functionDefinition, ...more },
    folder,
    credentials: { accessKeyId: "a", secretAccessKey: "b", sessionToken: "c" },
    logStream: "s",
    onLine: () => {},
  };
}

/** What a function sees of its process. */
async function seenBy(one: ProcessExecutor, more: Partial<EnvironmentRequest["definition"]> = {}) {
  const environment = one.start(request(more));
  await environment.ready;
  const outcome = await environment.run({
    requestId: "r",
    event: "{}",
    trace: "t",
    arn: "",
    deadline: 0,
  });
  environment.kill();
  return JSON.parse(outcome.payload ?? "null");
}

/** Processes that wait for a function of this process. */
function spares(): number[] {
  const rows = execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" });
  return rows.split("\n").flatMap((row) => {
    const [, pid, parent] = /^\s*(\d+)\s+(\d+)\s.*bootstrap\.mjs spare\s*$/.exec(row) ?? [];
    return Number(parent) === process.pid ? [Number(pid)] : [];
  });
}

async function until(what: string, holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`${what} did not happen in half a minute`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test("a function cannot tell whether its process waited for it", async () => {
  const direct = executor();
  const spare = executor();
  running.push(direct, spare);
  const { pid: _pid, ...expected } = await seenBy(direct);
  spare.prepare(functionDefinition);
  await until("a spare", () => spares().length > 0);
  const waiting = spares();
  const { pid, ...seen } = await seenBy(spare);
  assert.ok(waiting.includes(pid), "it ran in a spare");
  assert.equal(seen, expected);
  assert.is(seen.folder, realpathSync(folder));
  spare.stop();
});

test("a function with variables that Node.js reads at its start has a process of its own", async () => {
  const one = executor();
  running.push(one);
  one.prepare(functionDefinition);
  await until("a spare", () => spares().length > 0);
  const waiting = spares();
  const seen = await seenBy(one, {
    environment: { TZ: "Asia/Tokyo", NODE_OPTIONS: "--no-warnings" },
  });
  assert.not(waiting.includes(seen.pid), "it ran in a spare");
  assert.match(seen.time, /GMT\+0900/);
  one.stop();
});

test("a function with another size of memory has a process of its own", async () => {
  const one = executor();
  running.push(one);
  one.prepare(functionDefinition);
  await until("a spare", () => spares().length > 0);
  const { execArgv } = await seenBy(one, { memoryMegabytes: 512 });
  assert.ok(execArgv.includes("--max-old-space-size=512"));
  one.stop();
});

test("three processes are there ahead of need, and none once it is stopped", async () => {
  const one = executor();
  running.push(one);
  one.prepare(functionDefinition);
  await until("three spares", () => spares().length === 3);
  one.stop();
  await until("the end of the spares", () => spares().length === 0);
});

test.run();
