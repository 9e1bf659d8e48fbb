import { readFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { PLANTED_BUGS } from "../kills/planted-bugs.ts";

const test = suite("bugs that kills have to find");
const ROOT = join(import.meta.dirname, "..", "..");

test("stand where the code stands now", () => {
  for (const { name, changes } of PLANTED_BUGS) {
    assert.ok(changes.length > 0, name);
    for (const { file, from, to } of changes) {
      const parts = readFileSync(join(ROOT, file), "utf8").split(from);
      assert.is(parts.length, 2, `${name}: ${file} has ${parts.length - 1} times: ${from}`);
      assert.is.not(to, from, name);
    }
  }
});

test.run();
