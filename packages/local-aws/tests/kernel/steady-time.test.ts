import { suite } from "uvu";
import * as assert from "uvu/assert";
import { TokenBucket } from "../../src/gateway/token-bucket.ts";
import { SteadyTime } from "../../src/kernel/steady-time.ts";
import { keepTime } from "../../src/store/keep-time.ts";
import type { Store } from "../../src/store/store.ts";
import { dataFolders } from "../support/data-folder.ts";

const test = suite("time, whoever sets the clock");
const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 1);

function machine() {
  const now = { wall: START, monotonic: 7 };
  const time = new SteadyTime({ wall: () => now.wall, monotonic: () => now.monotonic });
  return {
    time,
    pass(ms: number) {
      now.wall += ms;
      now.monotonic += ms;
    },
    set(ms: number) {
      now.wall += ms;
    },
  };
}

test("it is the clock's while nobody sets it, and follows it forward at once", () => {
  const { time, pass, set } = machine();
  assert.is(time.now(), START);
  pass(1_500);
  assert.is(time.now(), START + 1_500);
  set(HOUR);
  assert.is(time.now(), START + 1_500 + HOUR);
});

test("a clock that is set back an hour: time goes on in order, and is the clock's again once it has caught up", () => {
  const { time, pass, set } = machine();
  time.now();
  set(-HOUR);
  let last = time.now();
  assert.is(last, START);
  for (let minute = 1; minute <= 60; minute++) {
    pass(60_000);
    const now = time.now();
    assert.ok(now - last >= 59_400 && now - last <= 60_000, `${now - last} ms in a minute`);
    last = now;
  }
  for (let hour = 0; hour < 100; hour++) {
    pass(HOUR);
    time.now();
  }
  pass(1);
  assert.is(time.now(), START - HOUR + HOUR + 100 * HOUR + 1);
});

test("a process that starts after the clock was set back goes on from what the one before has stored", async () => {
  const data = dataFolders();
  const { time, pass, set } = machine();
  keepTime(data.store, time);
  const work = (store: Store) => store.collection("work").put("any", 1);
  for (let second = 0; second < 10; second++) {
    work(data.store);
    pass(700);
    await data.store.durable();
  }
  const last = time.now();
  set(-HOUR);
  const next = machine();
  next.set(-HOUR);
  keepTime(await data.killAndOpen(), next.time);
  const began = next.time.now();
  assert.ok(began >= last && began <= last + 1_000, `${began - last} ms after the last`);

  const right = machine();
  right.set(2 * HOUR);
  keepTime(await data.killAndOpen(), right.time);
  assert.is(right.time.now(), START + 2 * HOUR);
  data.remove();
});

test("nobody is refused for a clock that was set back", () => {
  const { time, pass, set } = machine();
  const clock = {
    now: () => time.now(),
    after: () => ({ cancel: () => {} }),
    hold: <T>(work: Promise<T>) => work,
  };
  const bucket = new TokenBucket(clock, { rateLimit: 10, burstLimit: 1 });
  assert.ok(bucket.take());
  set(-600_000);
  assert.not(bucket.take());
  pass(110);
  assert.ok(bucket.take());
});

test.run();
