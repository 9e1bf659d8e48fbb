import { connect, type Socket } from "node:net";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { listenOnLoopback } from "../../src/kernel/listen.ts";

const test = suite("clients that are slow to send");
const DEADLINES = { headersMs: 50, requestMs: 100, checkEveryMs: 10 };

/** Sends the beginning of a request, and reads what the server says until it hangs up. */
async function begin(beginning: string): Promise<{ text: string; answered: number }> {
  const server = await listenOnLoopback(0, "--port", DEADLINES);
  let answered = 0;
  server.answerWith((request, response) => {
    answered += 1;
    request.resume();
    request.on("end", () => response.end("done"));
  });
  try {
    const socket: Socket = connect(server.port, "127.0.0.1");
    socket.write(beginning);
    let text = "";
    socket.setEncoding("utf8").on("data", (part) => {
      text += part;
    });
    // A connection that is cut is what is waited for.
    await new Promise((resolve) => socket.on("close", resolve).on("error", resolve));
    return { text, answered };
  } finally {
    await server.close();
  }
}

const TIMED_OUT = /^HTTP\/1\.1 408 Request Timeout\r\n/;

test("headers that do not come to their end are a 408, and no request", async () => {
  const { text, answered } = await begin("POST / HTTP/1.1\r\nHost: a\r\n");
  assert.match(text, TIMED_OUT);
  assert.is(answered, 0);
});

test("a body that does not come to its end is a 408, and the connection is closed", async () => {
  const { text } = await begin("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nab");
  assert.match(text, TIMED_OUT);
});

test("a request that is sent in time is answered", async () => {
  const { text, answered } = await begin(
    "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n\r\nab",
  );
  assert.match(text, /^HTTP\/1\.1 200 OK\r\n/);
  assert.is(answered, 1);
});

test.run();
