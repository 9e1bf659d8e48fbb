import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Store } from "../../src/store/store.ts";

const test = suite("a store on a full disk");
const WRITER = join(import.meta.dirname, "..", "fixtures", "writes-until-full.ts");
const MEGABYTE = 1024 * 1024;

interface State {
  rows: number;
  error?: string;
  isRefused: boolean;
}

/** A process with a store, whose files can have no more than so many bytes; only Linux lets that be changed later. */
function writer(folder: string, maxBytes: number) {
  const script = `ulimit -S -f ${maxBytes / 512}; exec "$0" "$@"`;
  const child = spawn("sh", ["-c", script, process.execPath, WRITER, folder], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const messages: string[] = [];
  const states: State[] = [];
  child.on("message", (message: State | { message: string }) => {
    if ("message" in message) messages.push(message.message);
    else states.push(message);
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  return {
    child,
    messages,
    async ask(what: "write" | "look"): Promise<State> {
      while (!messages.includes("ready")) await sleep(5);
      const before = states.length;
      child.send(what);
      for (;;) {
        const state = states[before];
        if (state) return state;
        if (child.exitCode !== null) throw new Error(`the process ended with ${child.exitCode}`);
        await sleep(5);
      }
    },
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

if (process.platform === "linux") {
  test("it says so, refuses new work, loses nothing, and goes on by itself when there is room", async () => {
    const folder = mkdtempSync(join(tmpdir(), "local-aws-full-"));
    const { child, ask, messages, kill } = writer(folder, MEGABYTE);
    try {
      let state = await ask("write");
      assert.equal([state.error, state.isRefused], [undefined, false]);
      while (state.error === undefined) state = await ask("write");
      assert.equal([state.error, state.isRefused], ["NotDurableError", true]);
      // What is in progress goes on, in memory.
      const more = await ask("write");
      assert.is(more.rows, state.rows + 20);
      assert.is(
        messages.filter((message) => /is full .* refused with 503/.test(message)).length,
        1,
      );

      spawnSync("prlimit", ["--pid", String(child.pid), "--fsize=unlimited"]);
      do state = await ask("look");
      while (state.error);
      assert.equal([state.rows, state.isRefused], [more.rows, false]);
      assert.is(messages.filter((message) => /has room again/.test(message)).length, 1);
      await kill();
      const store = new Store(folder);
      const row = store.prepare("SELECT count(*) AS rows FROM rows").get();
      assert.is(row?.["rows"], more.rows);
      assert.is(store.collection<number>("counts").get("rows"), more.rows);
      store.close();
    } finally {
      await kill();
      rmSync(folder, { recursive: true });
    }
  });
}

test("a folder that another process uses is refused by its name, until that is killed", async () => {
  const folder = mkdtempSync(join(tmpdir(), "local-aws-taken-"));
  const { child, ask, kill } = writer(folder, 1024 * MEGABYTE);
  try {
    await ask("write");
    assert.throws(
      () => new Store(folder),
      (error: Error) => error.message.includes(`is in use by process ${child.pid}; stop it`),
    );
    await kill();
    const store = new Store(folder);
    assert.is(store.prepare("SELECT count(*) AS rows FROM rows").get()?.["rows"], 20);
    store.close();
  } finally {
    await kill();
    rmSync(folder, { recursive: true });
  }
});

test.run();
