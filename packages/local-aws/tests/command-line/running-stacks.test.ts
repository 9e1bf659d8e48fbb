import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { announceStack, runningStacks } from "../../src/command-line/running-stacks.ts";
import { freePort } from "../../src/kernel/free-port.ts";
import { listenOnLoopback } from "../../src/kernel/listen.ts";

const test = suite("stacks that run");
const root = mkdtempSync(join(tmpdir(), "running-"));
test.after(() => rmSync(root, { recursive: true, force: true }));

test("are found while their process lives, the last started first", () => {
  assert.equal(runningStacks(root), []);
  const stack = { name: "shop/dev", awsEndpoint: "http://127.0.0.1:1", started: 5 };
  const end = announceStack(root, stack);
  const folder = join(root, "node_modules", ".cache", "local-aws", "running");
  const later = { ...stack, started: 9, pid: process.ppid };
  writeFileSync(join(folder, "later.json"), JSON.stringify(later));
  // No process has this number: it is above what Linux, macOS and Windows give.
  writeFileSync(join(folder, "gone.json"), JSON.stringify({ ...stack, pid: 2 ** 30 }));
  writeFileSync(join(folder, "torn.json"), "{");
  assert.equal(
    runningStacks(root).map(({ pid }) => pid),
    [process.ppid, process.pid],
  );
  end();
  assert.equal(runningStacks(root), [later]);
});

test("take the next port when theirs is taken", async () => {
  const taken = await listenOnLoopback(0, "");
  try {
    const port = await freePort(taken.port);
    assert.is.not(port, taken.port);
    await (await listenOnLoopback(port, "")).close();
  } finally {
    await taken.close();
  }
});

test.run();
