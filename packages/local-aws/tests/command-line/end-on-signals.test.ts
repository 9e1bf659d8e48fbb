import { spawn } from "node:child_process";
import { once } from "node:events";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { EndingTimes } from "../../src/command-line/end-on-signals.ts";

const test = suite("signals");
const MODULE = new URL("../../src/command-line/end-on-signals.ts", import.meta.url).href;

/** A process whose `stop` is this code; `send` answers once the signal is on its way. */
async function start(stop: string, times: EndingTimes = {}) {
  const code = `
    import { endOnSignals } from ${JSON.stringify(MODULE)};
    endOnSignals(async () => { console.log("stopping"); ${stop} }, ${JSON.stringify(times)});
    setInterval(() => {}, 1000);
    console.log("ready");
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", code], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const ended = once(child, "close").then(([exitCode]) => ({ exitCode, output }));
  const said = (word: string) =>
    new Promise<void>((resolve) => {
      const look = () => output.includes(word) && resolve();
      child.stdout.on("data", look);
      look();
    });
  child.stdout.on("data", (chunk) => (output += chunk));
  child.stderr.on("data", (chunk) => (output += chunk));
  await said("ready");
  return { child, ended, said };
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  test(`${signal} stops, and ends the process`, async () => {
    const { child, ended } = await start("");
    child.kill(signal);
    assert.equal(await ended, { exitCode: 0, output: "ready\nstopping\nstopped\n" });
  });
}

test("the same signal twice, as a terminal and a parent send it, stops once", async () => {
  const { child, ended, said } = await start("await new Promise((go) => setTimeout(go, 50));", {
    sameSignalMs: 60_000,
  });
  child.kill("SIGINT");
  await said("stopping");
  child.kill("SIGINT");
  assert.equal(await ended, { exitCode: 0, output: "ready\nstopping\nstopped\n" });
});

for (const [what, stop, times, why] of [
  ["that fails", 'throw new Error("no");', {}, "no"],
  [
    "that never ends",
    "await new Promise(() => {});",
    { maxStopMs: 50 },
    "it did not stop within 0.05 s",
  ],
] as const) {
  test(`a stop ${what} ends the process all the same`, async () => {
    const { child, ended } = await start(stop, times);
    child.kill("SIGTERM");
    const output = `ready\nstopping\nstopped without cleaning up: ${why}\n`;
    assert.equal(await ended, { exitCode: 1, output });
  });
}

test("a second signal does not wait for the stop", async () => {
  const { child, ended, said } = await start("await new Promise(() => {});", { sameSignalMs: 0 });
  child.kill("SIGTERM");
  await said("stopping");
  child.kill("SIGINT");
  const output = "ready\nstopping\nstopped without cleaning up: a second SIGINT\n";
  assert.equal(await ended, { exitCode: 1, output });
});

test.run();
