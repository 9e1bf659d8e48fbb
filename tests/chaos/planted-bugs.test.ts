import { readFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { PLANTED_BUGS } from "./planted-bugs.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const test = suite("planted bugs");

test("are at least twenty, each by a name of its own", () => {
  assert.ok(PLANTED_BUGS.length >= 20);
  assert.is(new Set(PLANTED_BUGS.map(({ name }) => name)).size, PLANTED_BUGS.length);
});

for (const { name, file, plant } of PLANTED_BUGS) {
  test(`${name}: there is still a place for it`, () => {
    const text = readFileSync(join(ROOT, file), "utf8");
    assert.is.not(
      plant(text),
      file.endsWith(".json") ? JSON.stringify(JSON.parse(text), undefined, 2) : text,
    );
  });
}

test.run();
