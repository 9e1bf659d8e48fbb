import { setTimeout as realWait } from "node:timers/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { VirtualClock } from "../../src/kernel/clock.ts";

const test = suite("virtual clock");

test("timers fire in the order in which they fall due, each at its own time", async () => {
  const clock = new VirtualClock(0);
  const fired: string[] = [];
  for (const [name, ms] of Object.entries({ c: 300, a: 100, b: 200, later: 1000 })) {
    clock.after(ms, () => fired.push(`${name} ${clock.now()}`));
  }
  await clock.advance(500);
  assert.equal(fired, ["a 100", "b 200", "c 300"]);
  assert.is(clock.now(), 500);
});

test("time is in whole milliseconds, and no timer fires early", async () => {
  const clock = new VirtualClock(0);
  const fired: number[] = [];
  clock.after(1.2, () => fired.push(clock.now()));
  await clock.advance(1);
  assert.equal(fired, []);
  await clock.advance(0.5);
  assert.equal(fired, [2]);
  assert.is(clock.now(), 2);
});

test("time stands still while work that it holds is under way, and while that leads to more", async () => {
  const clock = new VirtualClock(0);
  const ended: number[] = [];
  const slow = async () => {
    await clock.hold(realWait(20));
    await new Promise(setImmediate);
    await clock.hold(realWait(20));
    ended.push(clock.now());
  };
  clock.after(100, () => void slow());
  clock.after(101, () => ended.push(-1));
  await clock.advance(1_000);
  assert.equal(ended, [100, -1]);
});

test("time stands still while promises and immediates go on, however many there are", async () => {
  const clock = new VirtualClock(0);
  let ended = -1;
  const long = async () => {
    for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
    ended = clock.now();
  };
  clock.after(10, () => void long());
  clock.after(11, () => {});
  await clock.advance(1_000);
  assert.is(ended, 10);
});

test("work that fails holds time no longer, and the failure is its owner's", async () => {
  const clock = new VirtualClock(0);
  const work = clock.hold(Promise.reject(new Error("broken")));
  await clock.advance(10);
  try {
    await work;
    assert.unreachable();
  } catch (error) {
    assert.is((error as Error).message, "broken");
  }
});

test("it advances to the next timer, and does not move if none is due in time", async () => {
  const clock = new VirtualClock(0);
  let fired = 0;
  clock.after(40, () => fired++);
  clock.after(70, () => fired++);
  assert.is(await clock.advanceToNext(60), true);
  assert.equal([clock.now(), fired], [40, 1]);
  assert.is(await clock.advanceToNext(60), false);
  assert.equal([clock.now(), fired], [40, 1]);
});

test("two moves at once follow one another", async () => {
  const clock = new VirtualClock(0);
  const fired: number[] = [];
  for (const ms of [10, 20, 30]) clock.after(ms, () => fired.push(clock.now()));
  await Promise.all([clock.advance(15), clock.advance(15)]);
  assert.equal(fired, [10, 20, 30]);
  assert.is(clock.now(), 30);
});

test("waits at once let each other come to rest, and move time one after the other", async () => {
  const clock = new VirtualClock(0);
  const other = new VirtualClock(0);
  const happened: string[] = [];
  for (const ms of [10, 20, 30]) clock.after(ms, () => happened.push(`${clock.now()}`));
  // Reached only when the waits starve; a wait that works has not to be that fast.
  const starved = realWait(20_000, "starved", { ref: false });
  const settled = Promise.all([clock.settle(), clock.settle(), other.settle()]);
  assert.is(await Promise.race([settled.then(() => "settled"), starved]), "settled");
  const until = (count: number) =>
    clock.until(() => (happened.length >= count ? happened.length : undefined), 100);
  const counts = Promise.all([until(1), until(2), until(3), until(3)]);
  assert.equal(await Promise.race([counts, starved]), [1, 2, 3, 3]);
  assert.is(clock.now(), 30);
});

test("a wait that another wait's move fulfils ends with what it waited for", async () => {
  const clock = new VirtualClock(0);
  let now = 0;
  clock.after(50, () => (now = clock.now()));
  const short = clock.until(async () => {
    // While this wait reads, the other one moves time past its end.
    if (now === 0) await clock.advance(200);
    return undefined;
  }, 10);
  assert.is(await short, undefined);
  assert.is(now, 50);
  clock.after(5, () => (now = clock.now()));
  const read = async () => {
    const seen = now;
    if (clock.now() < 300) await clock.advance(300);
    return seen > 50 ? seen : undefined;
  };
  assert.is(await clock.until(read, 10), 205);
});

test.run();
