import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { KINDS } from "../../../cli/conformance/endpoint.ts";
import { checkIdempotency } from "../../../cli/conformance/idempotency.ts";
import { fingerprint } from "../../../handlers/shared/canonical-json.ts";
import { HttpError } from "../../../handlers/shared/http-error.ts";
import { idempotencyKey } from "../../../handlers/shared/idempotency-key.ts";

const test = suite("the conformance kit on an endpoint whose key is optional");
const servers: Server[] = [];
test.after(() => {
  for (const server of servers) server.close();
});

interface Faults {
  /** Takes any body under a key that was used. */
  ignoresBody?: boolean;
  /** Creates an order for every request. */
  forgets?: boolean;
  /** Knows a key from one route on all of them. */
  mixesRoutes?: boolean;
}

/** A small order endpoint in memory; answers 201, and with a key the same order again. */
async function orders({ ignoresBody, forgets, mixesRoutes }: Faults = {}): Promise<string> {
  const stored = new Map<string, { hash: string; text: string }>();
  let next = 0;
  const answer = (route: string, headers: Record<string, string>, text: string) => {
    const key = idempotencyKey({ headers });
    let body: unknown;
    try {
      body = JSON.parse(text);
    } catch {
      throw new HttpError("invalid_json", "The body cannot be read.");
    }
    const order = { hash: fingerprint(body), text: JSON.stringify({ orderId: `o-${++next}` }) };
    if (key === undefined || forgets) return { status: 201, text: order.text, replayed: false };
    const scoped = `${mixesRoutes ? "" : route}#${headers["x-api-key"]}#${key}`;
    const known = stored.get(scoped);
    if (!known) stored.set(scoped, order);
    if (known && known.hash !== order.hash && !ignoresBody) {
      throw new HttpError("idempotency_key_reused", "Another body.");
    }
    return { status: 201, text: (known ?? order).text, replayed: known !== undefined };
  };
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    try {
      const {
        status,
        text: body,
        replayed,
      } = answer(String(request.url), request.headers as Record<string, string>, text);
      response.writeHead(status, replayed ? { "idempotent-replayed": "true" } : {});
      response.end(body);
    } catch (error) {
      const { status, code } = error as HttpError;
      response.writeHead(status).end(JSON.stringify({ code }));
    }
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/orders`;
}

async function outcomes(faults?: Faults) {
  const { orders: kind } = KINDS;
  if (!kind) throw new Error("the kit does not know orders");
  const url = await orders(faults);
  const otherRoute = { url: `${url}/quotes`, body: kind.body };
  const callers = { apiKey: "mine", otherApiKey: "theirs" };
  const results = await checkIdempotency({ ...kind, url, otherRoute, ...callers });
  const checks = (outcome: string) =>
    results.filter((result) => result.outcome === outcome).map(({ check }) => check);
  return { passed: checks("passed").length, failed: checks("failed"), skipped: checks("skipped") };
}

test("passes it where every rule holds, and skips what an optional key cannot show", async () => {
  assert.equal(await outcomes(), {
    passed: 12,
    failed: [],
    skipped: ["a request without a key is refused where a key is required"],
  });
});

test("fails it where another body is taken under a used key", async () => {
  const { failed } = await outcomes({ ignoresBody: true });
  assert.equal(failed, ["another body under the same key is refused, and the first stays"]);
});

test("fails it where a key is known on every route", async () => {
  const { failed } = await outcomes({ mixesRoutes: true });
  assert.equal(failed, ["the same key on another route never meets mine"]);
});

test("fails it where each repetition creates another order", async () => {
  const { failed } = await outcomes({ forgets: true });
  assert.ok(failed.includes("a repeated request gets the same answer, marked as replayed"));
  assert.ok(
    failed.includes("ten equal requests at once create one, and the others get its answer"),
  );
  assert.ok(failed.includes("a retry after an unknown outcome finds what was done"));
});

test.run();
