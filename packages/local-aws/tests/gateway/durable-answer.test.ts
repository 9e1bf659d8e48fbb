import { suite } from "uvu";
import * as assert from "uvu/assert";
import { notDurable, untilDurable } from "../../src/gateway/durable-answer.ts";
import { NotDurableError, type Store } from "../../src/store/store.ts";

const test = suite("responses that wait for the disk");

/** A store whose disk takes nothing for so many attempts. */
function fullFor(attempts: number) {
  let tried = 0;
  const store = {
    durable: async () => {
      await new Promise(setImmediate);
      if (++tried <= attempts) throw new NotDurableError("no space left");
    },
  } as Pick<Store, "durable"> as Store;
  return { store, tried: () => tried };
}

test("a client is told at once that the disk is full", async () => {
  const { store, tried } = fullFor(3);
  assert.is(await notDurable(store), "no space left");
  assert.is(tried(), 1);
});

test("a function waits until there is space", async () => {
  const { store, tried } = fullFor(3);
  await untilDurable(store, new AbortController().signal);
  assert.is(tried(), 4);
});

test("nobody waits for a function that has gone", async () => {
  const { store } = fullFor(Number.POSITIVE_INFINITY);
  const gone = new AbortController();
  const waiting = untilDurable(store, gone.signal);
  await new Promise(setImmediate);
  gone.abort();
  await waiting;
});

test.run();
