import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Store } from "../../src/store/store.ts";

const test = suite("store");

function counted() {
  const store = new Store();
  store.exec("CREATE TABLE numbers (n INTEGER)");
  const insert = store.prepare("INSERT INTO numbers VALUES (?)");
  const all = () =>
    store
      .prepare("SELECT n FROM numbers ORDER BY n")
      .all()
      .map((row) => row["n"]);
  return { store, all, add: (n: number) => void insert.run(n) };
}

test("a transaction is there whole, and tells once it is", () => {
  const { store, all, add } = counted();
  const told: unknown[] = [];
  const answer = store.transaction(() => {
    add(1);
    store.afterCommit(() => told.push(all()));
    add(2);
    assert.equal(told, []);
    return "done";
  });
  assert.is(answer, "done");
  assert.equal(told, [[1, 2]]);
  store.close();
});

test("an error undoes all of a transaction, also what inner ones did, and is thrown on", () => {
  const { store, all, add } = counted();
  const told: string[] = [];
  add(1);
  const fails = () =>
    store.transaction(() => {
      add(2);
      store.onRollback(() => told.push("first"));
      store.afterCommit(() => told.push("never"));
      store.transaction(() => {
        add(3);
        store.onRollback(() => told.push("second"));
      });
      throw new Error("no");
    });
  assert.throws(fails, "no");
  assert.equal(all(), [1]);
  assert.equal(told, ["second", "first"]);
  store.transaction(() => add(4));
  assert.equal(all(), [1, 4]);
  store.close();
});

test("outside a transaction it is notified immediately", () => {
  const { store } = counted();
  const told: number[] = [];
  store.afterCommit(() => told.push(1));
  assert.equal(told, [1]);
  store.close();
});

test("a store in a file is there the next time", () => {
  const folder = mkdtempSync(join(tmpdir(), "store-"));
  const first = new Store(folder);
  first.exec("CREATE TABLE numbers (n INTEGER)");
  first.transaction(() => first.exec("INSERT INTO numbers VALUES (7)"));
  first.close();
  const second = new Store(folder);
  assert.is(second.prepare("SELECT n FROM numbers").get()?.["n"], 7);
  second.close();
  rmSync(folder, { recursive: true });
});

test.run();
