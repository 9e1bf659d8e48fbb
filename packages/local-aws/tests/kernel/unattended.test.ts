import { suite } from "uvu";
import * as assert from "uvu/assert";
import { SystemClock, VirtualClock } from "../../src/kernel/clock.ts";
import { listenOnLoopback } from "../../src/kernel/listen.ts";
import { Trace } from "../../src/kernel/trace.ts";
import { catchTheRest, onFailure, supervised, unattended } from "../../src/kernel/unattended.ts";

const test = suite("work that nobody awaits");

/** Runs `work` and returns what failed meanwhile, as `name: message`. The work can read what has failed so far. */
async function failuresOf(work: (soFar: readonly string[]) => unknown): Promise<string[]> {
  const failures: string[] = [];
  const stop = onFailure((name, error) => failures.push(`${name}: ${(error as Error).message}`));
  try {
    await work(failures);
    for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve));
  } finally {
    stop();
  }
  return failures;
}

/** Waits in the machine's own time until so many have failed; a wait that never ends fails the test's file. */
async function reported(failures: readonly string[], count: number): Promise<void> {
  while (failures.length < count) await new Promise((resolve) => setTimeout(resolve, 1));
}

function fail(message: string): never {
  throw new Error(message);
}

test("what it throws or rejects with is reported under its name", async () => {
  const failures = await failuresOf(() => {
    unattended("one", () => fail("thrown"));
    unattended("two", async () => fail("rejected"));
    supervised("three", (text: string) => fail(text))("heard");
  });
  assert.equal(failures, ["one: thrown", "three: heard", "two: rejected"]);
});

test("a timer that fails stops neither time nor the timers after it", async () => {
  const clock = new VirtualClock();
  const fired: string[] = [];
  const failures = await failuresOf(async () => {
    clock.after(10, () => fail("at once"), "first");
    clock.after(20, async () => fail("later"), "second");
    clock.after(30, () => fired.push("third"));
    await clock.advance(100);
  });
  assert.equal(failures, ["first: at once", "second: later"]);
  assert.equal(fired, ["third"]);
});

test("a timer of the machine's own time is supervised as well", async () => {
  const clock = new SystemClock();
  const failures = await failuresOf(async (soFar) => {
    clock.after(0, () => fail("now"), "a sweep");
    // A pending timer keeps no process alive.
    await reported(soFar, 1);
  });
  assert.equal(failures, ["a sweep: now"]);
});

test("a reader of the trace that fails keeps no other reader from the hop, and no caller from its call", async () => {
  const trace = new Trace(new VirtualClock());
  const read: string[] = [];
  trace.subscribe(() => fail("reader"));
  trace.subscribe(({ kind }) => read.push(kind));
  const failures = await failuresOf(() =>
    trace.emit({ from: "you", to: "queue", kind: "sqs:SendMessage", decision: "allowed" }),
  );
  assert.equal(failures, ["a reader of the trace: reader"]);
  assert.equal(read, ["sqs:SendMessage"]);
});

test("a request whose answer fails gets a 500, one half answered is cut, and the next is answered", async () => {
  const server = await listenOnLoopback(0, "--port");
  server.answerWith((request, response) => {
    if (request.url === "/bad-header") response.writeHead(200, { "x-a": "b\r\nc" });
    if (request.url === "/half") {
      response.writeHead(200, { "content-length": "100" });
      response.write("half");
      fail("half way");
    }
    response.end("fine");
  });
  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`);
    return `${response.status} ${await response.text()}`;
  };
  const failures = await failuresOf(async () => {
    assert.is(await get("/bad-header"), '500 {"message":"Internal server error"}');
    await get("/half").then(
      () => assert.unreachable(),
      () => undefined,
    );
    assert.is(await get("/"), "200 fine");
  });
  assert.equal(failures, [
    'GET /bad-header: Invalid character in header content ["x-a"]',
    "GET /half: half way",
  ]);
  await server.close();
});

test("the last net catches what nothing else did, and names the work that it interrupted", async () => {
  const remove = catchTheRest();
  try {
    const failures = await failuresOf(async (soFar) => {
      unattended("the delivery", () => {
        setTimeout(() => fail("in a timer of its own"), 0);
        // biome-ignore lint/nursery/noFloatingPromises: it is what the net is for
        Promise.reject(new Error("in a promise of its own"));
      });
      await reported(soFar, 2);
    });
    assert.equal(failures.sort(), [
      "the delivery (not caught): in a promise of its own",
      "the delivery (not caught): in a timer of its own",
    ]);
  } finally {
    remove();
  }
});

test.run();
