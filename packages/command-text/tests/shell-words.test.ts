import { execFileSync } from "node:child_process";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { shellWords } from "../src/command-text.ts";

const test = suite("words for a shell");

test("words that a shell reads as they are stay so", () => {
  assert.is(
    shellWords("npx", "pulumi", "config", "set", "aws:region", "eu-central-1"),
    "npx pulumi config set aws:region eu-central-1",
  );
});

test("a shell reads every word as it was, whatever it contains", () => {
  const words = [
    "",
    "two words",
    "it's",
    '"quoted"',
    "$HOME `id` $(id)",
    "a\\b",
    "line\nline",
    "*?[a]{b,c}~#!&|;<>()",
    "-flag=*",
    "größe",
    "https://x.example/?a=1&b=2",
  ];
  const printed = execFileSync("sh", ["-c", shellWords("printf", "%s\\0", ...words)], {
    encoding: "utf8",
  });
  assert.equal(printed.split("\0").slice(0, -1), words);
});

test.run();
