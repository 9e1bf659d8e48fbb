import { suite } from "uvu";
import * as assert from "uvu/assert";
import { EventStream } from "../../src/console/event-stream.ts";
import { type LoopbackServer, listenOnLoopback } from "../../src/kernel/listen.ts";

const test = suite("an event stream");
let stream: EventStream;
let server: LoopbackServer;

test.before.each(async () => {
  stream = new EventStream("run");
  server = await listenOnLoopback(0, "");
  server.answerWith((request, response) => stream.answer(request, response));
});
test.after.each(async () => {
  stream.close();
  await server.close();
});

/** What a reader gets until a text has come. */
async function read(until: string, lastId?: string): Promise<string> {
  const away = new AbortController();
  const response = await fetch(`http://localhost:${server.port}/`, {
    signal: away.signal,
    headers: lastId ? { "last-event-id": lastId } : {},
  });
  assert.is(response.headers.get("content-type"), "text/event-stream");
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.includes(until)) break;
  }
  away.abort();
  return text;
}

const event = (number: number) => `id: run-${number}\nevent: moved\ndata: {"n":${number}}\n\n`;
const send = (count: number) => {
  for (let n = 1; n <= count; n++) stream.send("moved", { n });
};

test("a reader that comes back gets what it missed, once", async () => {
  send(3);
  assert.is(await read(event(3), "run-1"), `retry: 1000\n\n${event(2)}${event(3)}`);
});

test("a new reader gets what comes from then on", async () => {
  send(2);
  const reading = read(event(1).replaceAll("1", "3"));
  while (stream.readers === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  stream.send("moved", { n: 3 });
  assert.is(await reading, `retry: 1000\n\n${event(3)}`);
});

test("a reader that missed too much, or comes from an earlier start, starts afresh", async () => {
  send(400);
  const afresh = "event: afresh\ndata: {}\n\n";
  assert.match(await read(afresh, "run-50"), afresh);
  assert.match(await read(afresh, "other-399"), afresh);
  assert.not.match(await read(event(400), "run-398"), afresh);
});

test("a reader that goes away is forgotten", async () => {
  send(1);
  await read(event(1), "run-0");
  while (stream.readers > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.is(stream.readers, 0);
});

test.run();
