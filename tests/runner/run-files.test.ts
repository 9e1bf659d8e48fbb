import { suite } from "uvu";
import * as assert from "uvu/assert";
import { runFiles } from "./run-files.ts";
import type { FileResult } from "./test-process.ts";

const test = suite("running test files");

/** How these fixtures end in one process, as `passed/failed`. */
async function ends(names: string[], maxFileMs?: number): Promise<Record<string, string>> {
  const results: FileResult[] = [];
  const files = names.map((name) => `tests/runner/fixtures/${name}.ts`);
  await runFiles(files, (result) => results.push(result), maxFileMs ? { maxFileMs } : {});
  return Object.fromEntries(
    results.map(({ file, passed, failed }) => [
      file.replace(/.*\/|\.ts$/g, ""),
      `${passed}/${failed}`,
    ]),
  );
}

test("each file counts for itself, whatever stands before it in its process", async () => {
  assert.equal(await ends(["fails", "forgets", "passes"]), {
    fails: "1/1",
    forgets: "0/1",
    passes: "2/0",
  });
});

test("those after a file that ends the process run in another", async () => {
  assert.equal(await ends(["passes", "exits", "fails"]), {
    passes: "2/0",
    exits: "0/1",
    fails: "1/1",
  });
});

test("a file that hangs is stopped, and fails", async () => {
  assert.equal(await ends(["hangs"], 1_500), { hangs: "0/1" });
});

test("a process that does not end, as a test has left something behind, is red", async () => {
  const { lingers } = await ends(["lingers"], 1_500);
  assert.is(lingers, "0/1");
});

test.run();
