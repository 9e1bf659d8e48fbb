import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { FetchFailed, pullUsers } from "../../../handlers/ingest/client/pull.ts";
import { realOutside } from "../../../handlers/ingest/client/real-outside.ts";
import { clientSettings } from "../../../handlers/ingest/client/settings.ts";

const test = suite("the ingest client and a server that fails");
const ADA = { id: 7, name: "Ada", email: "ada@example.com", active: true };
const servers: Server[] = [];
test.after(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

type Fault = (response: ServerResponse) => void;

/** A run against a server that fails the first `times` requests of a method. Waits are written down, not waited. */
async function run(method: string, fault: Fault, times: number) {
  const waits: number[] = [];
  const requests: { method: string; key: string | undefined }[] = [];
  const server = createServer(async (request, response) => {
    for await (const _ of request);
    const key = request.headers["idempotency-key"];
    requests.push({ method: String(request.method), key: key?.toString() });
    const sent = requests.filter((other) => other.method === request.method).length;
    if (request.method === method && sent <= times) return fault(response);
    response.end(JSON.stringify(request.method === "GET" ? [ADA] : { status: "created" }));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const outside = {
    ...realOutside,
    sleep: async (ms: number) => void waits.push(ms),
    // Long enough for every answer of a server on the same machine but the ones that never come.
    after: (_ms: number, callback: () => void) => realOutside.after(100, callback),
    random: () => 1,
  };
  const silent = { fetched() {}, cleaned() {}, retrying() {}, posted() {} };
  const settings = clientSettings({ URL_GET: url, URL_POST: url });
  const outcome = await pullUsers(settings, outside, silent).catch((error: Error) => error);
  return { outcome, waits, requests };
}

const faults: Record<string, Fault> = {
  "a 500": (response) => response.writeHead(500).end(),
  "a 429": (response) => response.writeHead(429, { "retry-after": "7" }).end(),
  silence: () => {},
  "an answer that stops half-way": (response) => void response.writeHead(200).write('{"users":['),
  "half a JSON": (response) => response.end('{"users":[{"id":'),
  "a cut connection": (response) => {
    response.writeHead(200, { "content-length": "1000" }).write('{"users":[');
    setImmediate(() => response.destroy());
  },
  HTML: (response) => response.writeHead(200, { "content-type": "text/html" }).end("<html>"),
  "a redirect": (response) => response.writeHead(302, { location: "/elsewhere" }).end(),
  "10 MB": (response) => response.end("x".repeat(10 * 1024 * 1024)),
};

for (const [what, fault] of Object.entries(faults)) {
  const waits = what === "a 429" ? [7000, 7000] : [2000, 4000];

  test(`${what} in answer to every GET: three attempts, then nothing is posted`, async () => {
    const { outcome, waits: waited, requests } = await run("GET", fault, 9);
    assert.instance(outcome, FetchFailed);
    assert.equal(waited, waits);
    assert.equal(
      requests.map(({ method }) => method),
      ["GET", "GET", "GET"],
    );
  });

  test(`${what} in answer to two POSTs: the third, under the same key, stores the batch`, async () => {
    const { outcome, waits: waited, requests } = await run("POST", fault, 2);
    if (outcome instanceof Error) throw outcome;
    assert.equal([outcome.posted.batches, outcome.failed], [1, []]);
    assert.equal(waited, waits);
    const [, first, ...others] = requests;
    assert.match(first?.key ?? "", /^users-/);
    assert.equal(others, [first, first]);
  });
}

test.run();
