import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const test = suite("npx cb");
const CB = join(import.meta.dirname, "..", "..", "packages", "cb", "cb.mjs");

/** What a command of `cb` prints, from another folder than the program's. */
const cb = (...args: string[]) =>
  promisify(execFile)(process.execPath, [CB, ...args], { cwd: "/" }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );

test("hands over every option as it was typed", async () => {
  const { code, stdout } = await cb("outputs", "--help");
  assert.is(code, 0);
  assert.match(stdout, /^Prints the outputs of the running stack/);
  // What npm would keep for itself.
  const { stderr } = await cb("outputs", "--json", "--aws-port", "1", "a name");
  assert.match(stderr, /^no stack answers on http:\/\/127\.0\.0\.1:1;/);
});

test("names the command that was meant, and lists all of them", async () => {
  const { code, stderr } = await cb("outpust");
  assert.equal([code, stderr], [2, "there is no command outpust; did you mean outputs?\n"]);
  const { stdout } = await cb("--help");
  for (const name of ["start", "demo", "outputs", "bench:load"])
    assert.match(stdout, `  ${name}\n`);
});

test.run();
