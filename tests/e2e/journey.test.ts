import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { SystemClock } from "local-aws/testing";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { call } from "./support/api.ts";
import { eventually } from "./support/eventually.ts";
import { startStack, type TestStack } from "./support/stack.ts";

const test = suite("npm run journey");
const COMMAND = join(import.meta.dirname, "..", "..", "cli", "journey.ts");
let stack: TestStack;

test.before(async () => {
  // It is told by the times of functions and of services together, which here are the machine's for both.
  stack = await startStack({ kernel: { clock: new SystemClock() } });
});
test.after(() => stack?.stop());

interface Told {
  orderId: string;
  summary: string;
  over: boolean;
  missing: string[];
  events: { offsetMs: number; kind: string; where: string; what: string }[];
}

async function journey(...args: string[]) {
  const line = [COMMAND, ...args, "--aws-port", new URL(stack.awsEndpoint).port];
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, line);
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

/** The whole journey: once everything has happened, and every line of it is written. */
function whole(id: string): Promise<Told> {
  const read = async () => {
    const { code, stdout } = await journey(id, "--json");
    const told: Told | undefined = code === 0 ? JSON.parse(stdout) : undefined;
    return told?.over && told.missing.length === 0 ? told : undefined;
  };
  return eventually(`the whole journey of ${id}`, read);
}

function order(path: string, body: object, headers: Record<string, string> = {}) {
  return call("POST", `${stack.output("ordersApiUrl")}${path}`, {
    headers: {
      "x-api-key": stack.output("ordersApiKey"),
      "content-type": "application/json",
      ...headers,
    },
    body: JSON.stringify(body),
  });
}

const cup = (more: object = {}) => ({ amount: 12.5, currency: "EUR", ...more });
const kinds = ({ events }: Told, without: string[]) =>
  events.map(({ kind }) => kind).filter((kind) => !without.includes(kind));
const whats = ({ events }: Told, kind: string) =>
  events.filter((event) => event.kind === kind).map(({ what }) => what);

test("a refunded order is shown from its request to its last message, whichever ID is given", async () => {
  const answer = await order(
    "/orders",
    {
      customerId: "customer-1",
      customerEmail: "ada@example.com",
      items: [{ productId: "mug", quantity: 2, price: 10 }],
      paymentToken: "tok_high_risk",
    },
    { "idempotency-key": "journey-key-1", "x-correlation-id": "journey-correlation-1" },
  );
  assert.is(answer.status, 201);
  const orderId = String(answer.json["orderId"]);
  const told = await whole(orderId);

  assert.is(told.orderId, orderId);
  assert.equal(kinds(told, ["announced", "letter"]), [
    "request",
    "invocation",
    "version",
    "message",
    "version",
    ...["payment", "version"],
    "refused",
    ...["version", "payment", "version"],
    "version",
    "version",
  ]);
  assert.equal(whats(told, "version"), [
    "v1 PENDING, payment NONE, stock NONE: placed, with the key journey-key-1",
    "v2 PROCESSING, payment NONE, stock HELD: stock reserved",
    "v3 PROCESSING, payment CAPTURED, stock HELD: payment captured",
    "v4 PROCESSING, payment REFUND_PENDING, stock HELD: order fenced",
    "v5 PROCESSING, payment REFUNDED, stock HELD: payment refunded",
    "v6 PROCESSING, payment REFUNDED, stock RELEASED: stock released",
    "v7 FAILED, payment REFUNDED, stock RELEASED: order failed",
  ]);
  assert.equal(whats(told, "payment"), [
    "payment provider: CAPTURED 20 EUR with tok_high_risk",
    "payment provider: REFUNDED 20 EUR",
  ]);
  assert.equal(whats(told, "announced"), [
    "OrderCreated of v1",
    "OrderProcessing of v2",
    "OrderFailed of v7",
  ]);
  assert.equal(whats(told, "letter"), [
    "email to ada@example.com about v1: We have received your order",
    "email to ada@example.com about v7: We could not complete your order",
    "sms to customer-1 about v7",
  ]);
  const position = (part: string) => told.events.findIndex(({ what }) => what.includes(part));
  assert.ok(position("v7 FAILED") < position("OrderFailed"), "announced before it was so");
  assert.ok(position("OrderFailed") < position("sms to"), "a letter before its announcement");
  assert.is(told.events[0]?.offsetMs, 0);
  assert.match(
    told.summary,
    /^FAILED \(payment_risk\); money 20 EUR REFUNDED; stock RELEASED; .*; 1 message attempt, Express workflow, no failed step$/,
  );

  const requestId = answer.headers.get("x-amzn-requestid") ?? "";
  for (const id of ["journey-key-1", "journey-correlation-1", requestId]) {
    assert.equal(await whole(id), told, `by ${id}`);
  }
  const { stdout, stderr } = await journey(orderId);
  assert.ok(stdout.startsWith(`order ${orderId}, from `), stdout);
  assert.ok(stdout.endsWith(`\n\n${told.summary}\nnothing missing\n`), stdout);
  assert.match(stderr, /^searching 15 log groups .*\nscanned \d.* with 2 queries\n/);
});

test("an order of the direct door begins with its request, and is stored from the queue", async () => {
  const headers = { "x-correlation-id": "journey-direct" };
  const { json } = await order("/orders/direct", cup(), headers);
  const told = await whole("journey-direct");
  assert.is(told.orderId, json["orderId"]);
  assert.equal(kinds(told, ["announced"]).slice(0, 5), [
    "request",
    "message",
    "version",
    "version",
    "payment",
  ]);
  assert.match(whats(told, "request")[0] ?? "", /^POST \/orders\/direct answered 202 in \d+ ms$/);
  assert.match(told.summary, /^COMPLETED; money 12.5 EUR CAPTURED; stock SOLD; /);
});

test("an order of the HTTP API is accepted, stored from the queue, and completed", async () => {
  const { json } = await call("POST", `${stack.output("ordersHttpApiUrl")}/orders`, {
    headers: { "content-type": "application/json" },
    body: JSON.stringify(cup()),
  });
  const told = await whole(String(json["orderId"]));
  assert.equal(kinds(told, ["announced"]).slice(0, 6), [
    "request",
    "invocation",
    "accepted",
    "message",
    "version",
    "version",
  ]);
  assert.match(whats(told, "request")[0] ?? "", /^POST \/orders answered 202 in \d+ ms$/);
});

test("a message in the dead-letter queue is shown with the reason", async () => {
  const { json } = await order("/orders/direct", { amount: 5.5, currency: "JPY" });
  const told = await whole(String(json["orderId"]));
  assert.equal(kinds(told, []), ["request", "set-aside"]);
  assert.is(
    whats(told, "set-aside")[0],
    `message ${json["messageId"]}, attempt 1: validation_failed: /amount must have no more than 0 decimals in JPY`,
  );
  assert.match(
    told.summary,
    /^in the dead-letter queue, never stored; .*; 1 message attempt, Express workflow, /,
  );
});

test("a repeated request of the direct door is shown with the order that it repeats", async () => {
  const headers = { "idempotency-key": "journey-key-2" };
  const first = await order("/orders/direct", cup(), headers);
  await whole(String(first.json["orderId"]));
  const second = await order("/orders/direct", cup(), headers);
  const alias = String(second.json["orderId"]);
  assert.is.not(alias, first.json["orderId"]);
  const told = await eventually("the second message", async () => {
    const found = await whole("journey-key-2");
    return whats(found, "message").length === 2 ? found : undefined;
  });
  assert.is(told.orderId, first.json["orderId"]);
  assert.is(whats(told, "request").length, 2);
  assert.ok(whats(told, "message")[1]?.endsWith(`, asked for as ${alias}`));
  assert.equal(await whole(alias), told);
});

test("where several orders belong to one request, they are listed", async () => {
  const headers = { "x-correlation-id": "journey-two" };
  const ids = [await order("/orders", cup(), headers), await order("/orders", cup(), headers)].map(
    ({ json }) => json["orderId"],
  );
  const listed = await eventually("both orders", async () => {
    const { code, stdout } = await journey("journey-two", "--json");
    assert.is(code, 1);
    const { orders } = JSON.parse(stdout || '{"orders":[]}');
    return orders.length === 2 ? orders : undefined;
  });
  assert.equal(
    listed.map(({ orderId }: Told) => orderId),
    ids,
  );
  const { code, stdout } = await journey("journey-two");
  assert.is(code, 1);
  assert.match(stdout, /^journey-two matches 2 orders; name one: npm run journey -- ORDER\n/);
});

test("what made no order is an error that says why", async () => {
  const refused = await order("/orders/direct", { amount: -1, currency: "EUR" });
  const requestId = refused.headers.get("x-amzn-requestid") ?? "";
  const answered = await journey(requestId);
  assert.is(answered.code, 1);
  assert.ok(
    answered.stderr.includes(
      `request ${requestId} was POST /orders/direct, answered 400 (BAD_REQUEST_BODY): no order came of it\n`,
    ),
    answered.stderr,
  );
  const unknown = await journey("nobody-knows", "--since", "90m");
  assert.is(unknown.code, 1);
  assert.ok(
    unknown.stderr.includes(
      "no order, idempotency key, request or correlation id nobody-knows in the logs of the last 90 minutes",
    ),
  );
  assert.is(
    (await journey()).stderr,
    "name one order: npm run journey -- ID; --help lists the kinds of ids\n",
  );
  assert.is(
    (await journey("x", "--since", "3y")).stderr,
    "--since 3y must be a number of minutes, hours or days: 90m, 24h, 3d\n",
  );
});

test.run();
