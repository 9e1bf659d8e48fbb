import { execFileSync } from "node:child_process";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { terminalColumns, wrap, wrapCommand } from "../src/command-text.ts";

const test = suite("lines for a terminal");

test("text is broken between words, and a word where it is longer than a line", () => {
  assert.equal(wrap("one two three", 8, "  "), ["  one", "  two", "  three"]);
  assert.equal(wrap("one two three", 20), ["one two three"]);
  assert.equal(wrap("ab 0123456789 c", 4), ["ab", "0123", "4567", "89 c"]);
  assert.equal(wrap("", 10), [""]);
});

test("a command in several lines is the same command", () => {
  const command = `printf '%s|' -X PUT -H "x-api-key: $KEY" 'two  words' {"a":"b"}`;
  const lines = wrapCommand(command, 30, "  ");
  assert.ok(lines.length > 2);
  assert.ok(
    lines.every((line) => line.length <= 30),
    lines.join("\n"),
  );
  const env = { ...process.env, KEY: "k" };
  const run = (text: string) => execFileSync("sh", ["-c", text], { encoding: "utf8", env });
  assert.is(run(lines.join("\n")), run(command));
});

test("JSON in quotes is broken where a line break changes nothing", () => {
  const value = {
    users: [
      { id: "7", name: "Ada Lovelace" },
      { id: "8", name: "Grace" },
    ],
    a: 1,
  };
  const json = JSON.stringify(value, undefined, 1).replaceAll(/\n */g, " ");
  const lines = wrapCommand(`printf '%s' '${json}'`, 40);
  assert.ok(lines.length > 2 && lines.every((line) => line.length <= 40), lines.join("\n"));
  const printed = execFileSync("sh", ["-c", lines.join("\n")], { encoding: "utf8" });
  assert.equal(JSON.parse(printed.replaceAll(/\n */g, " ")), value);
});

test("a pipe has the columns of most terminals", () => {
  assert.is(terminalColumns({}), 80);
  assert.is(terminalColumns({ columns: 120 }), 120);
  assert.is(terminalColumns({ columns: 10 }), 40);
});

test.run();
