import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { openDataFolder } from "../../src/store/data-folder.ts";

const test = suite("data folder");

function within(run: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "data-folder-"));
  try {
    run(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function refusal(folder: string): string {
  try {
    openDataFolder(folder).close();
  } catch (error) {
    return (error as Error).message;
  }
  return "opened";
}

test("missing folders are made, for their owner alone", () => {
  within((folder) => {
    const data = join(folder, "a", "b");
    openDataFolder(data).close();
    for (const path of [join(folder, "a"), data]) assert.is(statSync(path).mode & 0o777, 0o700);
    assert.is(statSync(join(data, "stack.db")).mode & 0o777, 0o600);
  });
});

test("a file where a folder belongs is named, and stays", () => {
  within((folder) => {
    const file = join(folder, "notes.txt");
    writeFileSync(file, "mine");
    const message = `${file} is a file; name a folder for the data`;
    assert.is(refusal(file), message);
    assert.is(refusal(join(file, "data")), message);
    assert.is(statSync(file).size, 4);
  });
});

if (existsSync("/proc/self")) {
  test("a folder that cannot be made is refused with the reason", () => {
    const message = "the data folder /proc/nope cannot be made (ENOENT); name another one";
    assert.is(refusal("/proc/nope"), message);
    assert.is(refusal("/proc/nope/data"), message);
  });
}

test.run();
