import { suite } from "uvu";
import * as assert from "uvu/assert";
import { VirtualClock } from "../../src/kernel/clock.ts";
import { ServiceError } from "../../src/kernel/service-error.ts";
import { type Capacity, machineCapacity } from "../../src/services/lambda/capacity.ts";
import { Scheduler } from "../../src/services/lambda/scheduler.ts";
import type { Seat } from "../../src/services/lambda/seat.ts";
import type { SeatSource, Turn, TurnRequest } from "../../src/services/lambda/turn.ts";

const test = suite("Lambda, what runs when");

const CAPACITY: Capacity = {
  background: 2,
  calls: 2,
  starts: 2,
  processes: 4,
  allProcesses: 6,
  extra: 4,
  idleShare: () => 0,
};
const BACKGROUND: TurnRequest = { urgency: "background" };
const CALL: TurnRequest = { urgency: "call" };
const NESTED: TurnRequest = { urgency: "nested" };

/** Environments that need 50 ms to start, and events that end when the test says so. */
function machine(capacity: Partial<Capacity> = {}, startMs: number | "never" = 50) {
  const clock = new VirtualClock();
  const began = clock.now();
  const scheduler = new Scheduler(clock, { ...CAPACITY, ...capacity });
  const log: string[] = [];
  const alive = new Set<object>();
  const functionOf = (name: string) => {
    const seats = new Set<Seat>();
    const idle: Seat[] = [];
    const source: SeatSource = {
      get size() {
        return seats.size;
      },
      isSingle: false,
      get lasting() {
        return seats.size;
      },
      takeIdle: () => idle.pop(),
      idleSince: () => idle[0]?.idleSince,
      endOldestIdle() {
        const seat = idle.shift();
        if (!seat) return;
        seats.delete(seat);
        alive.delete(seat);
        log.push(`${clock.now() - began} ${name} ended`);
      },
      async open() {
        const seat = { used: false, idleSince: 0 } as Seat;
        seats.add(seat);
        alive.add(seat);
        log.push(`${clock.now() - began} ${name} started`);
        await new Promise<void>((resolve) => {
          if (startMs !== "never") clock.after(startMs, resolve);
        });
        seat.initMs = startMs === "never" ? 0 : startMs;
        return seat;
      },
      rest(seat) {
        seat.used = true;
        seat.idleSince = clock.now();
        idle.push(seat);
      },
    };
    /** An event that takes so long. */
    const run = async (event: string, request: TurnRequest, ms: number) => {
      const turn = await scheduler.turn(source, request);
      log.push(`${clock.now() - began} ${event}`);
      await new Promise<void>((resolve) => clock.after(ms, resolve));
      turn.end();
    };
    return { source, run, take: (request: TurnRequest) => scheduler.turn(source, request) };
  };
  return { clock, scheduler, functionOf, log, processes: () => alive.size };
}

test("what is more than the machine can run waits, in the order in which it came", async () => {
  const { clock, functionOf, log } = machine();
  const f = functionOf("f");
  const g = functionOf("g");
  for (const [n, fn] of [f, g, f, g, f].entries()) void fn.run(`event ${n}`, BACKGROUND, 30);
  await clock.advance(1_000);
  assert.equal(log, [
    "0 f started",
    "0 g started",
    "50 event 0",
    "50 event 1",
    "80 event 2",
    "80 event 3",
    "110 event 4",
  ]);
});

test("whoever is waited for comes first, and has places that nothing else takes", async () => {
  const { clock, functionOf, log } = machine();
  const door = functionOf("door");
  const work = functionOf("work");
  for (let n = 0; n < 6; n++) void work.run(`work ${n}`, BACKGROUND, 100);
  await clock.advance(160);
  void door.run("call", CALL, 10);
  await clock.advance(60);
  assert.equal(log.slice(-2), ["160 door started", "210 call"]);
});

test("while calls wait, less background work runs beside them, and a little always does", async () => {
  const { clock, functionOf, log } = machine({ background: 3, calls: 1, processes: 9 });
  const work = [functionOf("a"), functionOf("b"), functionOf("c")];
  const door = functionOf("door");
  for (const one of [...work, door]) void one.run("warm-up", CALL, 1);
  await clock.advance(400);
  const before = log.length;
  // One of the calls runs, and five wait for it.
  for (let n = 0; n < 6; n++) void door.run("call", CALL, 300);
  for (const one of work) void one.run("work", BACKGROUND, 1_000);
  await clock.advance(450);
  assert.equal(log.slice(before), ["400 call", "400 work", "700 call"]);
});

test("of one function, calls come before work that came earlier", async () => {
  const { clock, functionOf, log } = machine({ starts: 1 });
  const f = functionOf("f");
  void f.run("first", BACKGROUND, 90);
  void f.run("work", BACKGROUND, 10);
  void f.run("call", CALL, 10);
  await clock.advance(1_000);
  const events = log.filter((line) => !line.endsWith("started")).map((line) => line.split(" ")[1]);
  assert.equal(events, ["call", "first", "work"]);
});

test("a function with a thousand events that wait holds up no other for longer than those before it", async () => {
  const { clock, functionOf, log } = machine();
  const many = functionOf("many");
  const one = functionOf("one");
  for (let n = 0; n < 4; n++) void many.run(`many ${n}`, BACKGROUND, 10);
  void one.run("one", BACKGROUND, 10);
  for (let n = 4; n < 1_000; n++) void many.run(`many ${n}`, BACKGROUND, 10);
  await clock.advance(200);
  assert.equal(
    log.filter((line) => line.includes("one")),
    ["50 one started", "100 one"],
  );
});

test("an environment is used again before another is started", async () => {
  const { clock, functionOf, log } = machine();
  const f = functionOf("f");
  for (let n = 0; n < 20; n++) {
    void f.run(`event ${n}`, CALL, 5);
    await clock.advance(100);
  }
  assert.equal(
    log.filter((line) => line.endsWith("started")),
    ["0 f started"],
  );
});

for (const [who, request, ms] of [
  ["a caller who", CALL, 100],
  ["background work that", BACKGROUND, 500],
] as const) {
  test(`on a busy machine, ${who} waits ${ms} ms for an environment gets another one`, async () => {
    const { clock, functionOf, log } = machine({ calls: 4, background: 4, starts: 1 });
    const other = functionOf("other");
    void other.run("warm-up", CALL, 10);
    await clock.advance(60);
    const f = functionOf("f");
    void f.run("first", request, 2_000);
    await clock.advance(60);
    void f.run("second", request, 10);
    // Something runs all the time.
    for (let n = 0; n < 6; n++) clock.after(n * 100, () => void other.run("other", CALL, 100));
    await clock.advance(2_000);
    assert.equal(
      log.filter((line) => line.endsWith("f started") || line.endsWith("second")),
      ["60 f started", `${120 + ms} f started`, `${170 + ms} second`],
    );
  });
}

test("no more processes start at once than the machine has cores", async () => {
  const { clock, functionOf, log } = machine({ calls: 4 });
  for (const name of ["a", "b", "c", "d"]) void functionOf(name).run(name, CALL, 10);
  await clock.advance(0);
  assert.equal(log, ["0 a started", "0 b started"]);
  await clock.advance(50);
  const starts = log.filter((line) => line.endsWith("started"));
  assert.equal(starts.slice(2), ["50 c started", "50 d started"]);
});

test("a start that hangs holds up other starts for a second only", async () => {
  const { clock, functionOf, log } = machine({}, "never");
  for (const name of ["a", "b", "c"]) void functionOf(name).run(name, CALL, 10);
  await clock.advance(999);
  assert.is(log.length, 2);
  await clock.advance(1);
  assert.equal(log.slice(2), ["1000 c started"]);
});

test("where there are as many processes as may be, the one that was idle longest makes room", async () => {
  const { clock, functionOf, log, processes } = machine();
  for (const name of ["a", "b", "c", "d", "e"]) {
    void functionOf(name).run(name, CALL, 10);
    await clock.advance(100);
  }
  assert.is(processes(), 4);
  assert.equal(log.slice(-3), ["400 a ended", "400 e started", "450 e"]);
});

test("events that take long leave their places to others, up to what memory holds", async () => {
  const { clock, functionOf, log, processes } = machine();
  const slow = functionOf("slow");
  for (let n = 0; n < 12; n++) void slow.run(`slow ${n}`, CALL, 1e9);
  const quick = functionOf("quick");
  void quick.run("quick", BACKGROUND, 10);
  await clock.advance(700);
  assert.ok(log.some((line) => line.endsWith("quick")));
  await clock.advance(2_000);
  assert.ok(processes() <= 6 + 2, `${processes()} processes`);
});

test("functions that wait for functions never wait for ever", async () => {
  const { clock, functionOf, log } = machine();
  const outer = functionOf("outer");
  const inner = functionOf("inner");
  let done = 0;
  for (let n = 0; n < 12; n++) {
    void outer.take(CALL).then(async (turn: Turn) => {
      await inner.run(`inner ${n}`, NESTED, 10);
      turn.end();
      done++;
    });
  }
  await clock.advance(20_000);
  assert.is(done, 12, log.join("\n"));
});

test("functions that wait for others in a way that nobody sees never wait for ever", async () => {
  const { clock, functionOf } = machine();
  const outer = functionOf("outer");
  const inner = functionOf("inner");
  let done = 0;
  for (let n = 0; n < 12; n++) {
    void outer.take(BACKGROUND).then(async (turn: Turn) => {
      // As it would be through a state machine or a queue.
      await inner.run(`inner ${n}`, BACKGROUND, 10);
      turn.end();
      done++;
    });
  }
  await clock.advance(60_000);
  assert.is(done, 12);
});

test("a caller who goes away waits no longer, and those behind move up", async () => {
  const { clock, functionOf, log } = machine({ background: 1 });
  const f = functionOf("f");
  const gone = new AbortController();
  void f.run("first", BACKGROUND, 100);
  const left = f.take({ ...BACKGROUND, signal: gone.signal }).then(
    () => "had its turn",
    (error: Error) => error.message,
  );
  void f.run("third", BACKGROUND, 10);
  await clock.advance(60);
  gone.abort(new Error("gone"));
  assert.is(await left, "gone");
  await clock.advance(1_000);
  assert.equal(
    log.filter((line) => !line.endsWith("started")),
    ["50 first", "150 third"],
  );
});

test("more run while cores are idle, for as long as they are and somebody waits", async () => {
  let idle = 0.5;
  const { clock, functionOf, log } = machine({ idleShare: () => idle });
  const f = functionOf("f");
  const g = functionOf("g");
  for (let n = 0; n < 100; n++) void (n % 2 ? f : g).run(`event ${n}`, BACKGROUND, 40);
  const eventsIn = async (ms: number) => {
    const before = log.filter((line) => line.includes("event")).length;
    await clock.advance(ms);
    return log.filter((line) => line.includes("event")).length - before;
  };
  await clock.advance(200);
  const many = await eventsIn(200);
  idle = 0;
  await clock.advance(300);
  const few = await eventsIn(200);
  assert.ok(many > few, `${many} and ${few} events`);
  assert.is(few, 10);
});

test("nobody has a turn once it is stopped", async () => {
  const { clock, scheduler, functionOf } = machine();
  const f = functionOf("f");
  const waiting = f.take(CALL).catch((error: ServiceError) => error);
  scheduler.stop();
  assert.instance(await waiting, ServiceError);
  assert.instance(await f.take(CALL).catch((error: ServiceError) => error), ServiceError);
  await clock.advance(1_000);
});

test("what a machine runs at once is a small multiple of its cores, within its memory", () => {
  const gibibyte = 1024 ** 3;
  const { idleShare, ...two } = machineCapacity(2, 8 * gibibyte);
  const share = idleShare();
  assert.ok(share >= 0 && share <= 1);
  assert.equal(two, {
    background: 4,
    calls: 8,
    starts: 2,
    processes: 14,
    allProcesses: 56,
    extra: 32,
  });
  assert.is(machineCapacity(2, 64 * gibibyte).processes, 16);
  assert.is(machineCapacity(64, 8 * gibibyte).processes, 14);
  assert.is(machineCapacity(2, gibibyte / 4).processes, 4);
});

test.run();
