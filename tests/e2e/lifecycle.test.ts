import { type ChildProcess, spawn } from "node:child_process";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { call } from "./support/api.ts";
import { eventually } from "./support/eventually.ts";

const test = suite("npm start");
const ROOT = join(import.meta.dirname, "..", "..");

function start(...flags: string[]) {
  const child = spawn(process.execPath, ["cli/run.mjs", "cli/start.ts", ...flags], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  child.stderr.on("data", (chunk) => {
    output += chunk;
  });
  return { child, output: () => output, ended: ended(child) };
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once("exit", resolve));
}

test("prints a request that works as pasted, and Ctrl-C leaves no process and no port", async () => {
  const { child, output, ended } = start("--api-port", "0", "--aws-port", "0");
  const [, key = "", url = ""] = await eventually(
    "the greeting",
    () => /curl -i -X PUT -H "x-api-key: (\S+)" (http\S+)/.exec(output()) ?? undefined,
  );
  assert.is((await call("PUT", url, { headers: { "x-api-key": key } })).status, 201);
  const [, endpoint = ""] = /--endpoint-url (http\S+)/.exec(output()) ?? [];
  assert.equal((await call("GET", `${endpoint}/_local/health`)).json["status"], "ok");

  child.kill("SIGINT");
  assert.is(await ended, 0);
  assert.match(output(), /stopped\n$/);
  for (const address of [url, endpoint]) {
    try {
      await fetch(address);
      assert.unreachable();
    } catch (error) {
      assert.is(((error as Error).cause as { code?: string }).code, "ECONNREFUSED");
    }
  }
});

test("says in one line that a port is taken", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const { output, ended } = start("--api-port", String(port), "--aws-port", "0");
  assert.is(await ended, 1);
  assert.is(
    output().trim(),
    `could not start: port ${port} is taken; stop what uses it, or choose another with --api-port`,
  );
  server.close();
});

for (const [flags, message] of [
  [
    ["--stack", "nope"],
    /^could not start: there is no stack nope: \S+Pulumi\.nope\.yaml is missing; there are: dev, prod/,
  ],
  [["--api-port", "x"], /^could not start: --api-port x: a port is a whole number/],
] as const) {
  test(`says in one line what is wrong with ${flags.join(" ")}`, async () => {
    const { output, ended } = start("--aws-port", "0", ...flags);
    assert.is(await ended, 1);
    assert.match(output(), message);
    assert.is(output().trim().split("\n").length, 1);
  });
}

test("says in one line which option was meant", async () => {
  const { output, ended } = start("--prot", "1");
  assert.is(await ended, 2);
  assert.is(output().trim(), "there is no option --prot; --help lists the options");
});

test("tells its flags", async () => {
  const { output, ended } = start("--help");
  assert.is(await ended, 0);
  assert.match(output(), /--api-port N/);
});

test.run();
