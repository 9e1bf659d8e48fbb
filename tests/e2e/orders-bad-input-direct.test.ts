import { ServiceError } from "local-aws/testing";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { BAD_BODIES } from "./support/bad-bodies.ts";
import { assertProblem, type Door, exchange, type Refusal, refusals } from "./support/refusals.ts";
import { reasonFor, setAside } from "./support/set-aside.ts";
import { mugs, Shop } from "./support/shop.ts";
import { breakOperation, startStack, type TestStack } from "./support/stack.ts";
import { settled, storeDigest } from "./support/store-digest.ts";

const test = suite("orders, bad input at the direct door");
let stack: TestStack;
let door: Door;
let shop: Shop;

test.before(async () => {
  stack = await startStack();
  shop = new Shop(stack);
  const headers = { "x-api-key": stack.output("ordersApiKey"), "content-type": "application/json" };
  door = { stack, url: stack.output("ordersApiUrl"), headers };
});
test.after(() => stack?.stop());

const target = "/orders/direct";
const ADDRESS = { street: "1 Main St", city: "Bonn", zipCode: "53111", country: "DE" };
const to = (street: string) => mugs("mug", { shippingAddress: { ...ADDRESS, street } });
const line = (changes: object) => ({
  ...mugs(),
  items: [{ productId: "mug", quantity: 1, price: 1, ...changes }],
});

const NO_FIT = "The body is not valid JSON, or does not match the schema.";
const TOO_LARGE = "The body and its message attributes must be at most 262144 bytes in total.";

/** What the gateway says of a body that a function would have refused in more words. */
function byGateway({ why, body, headers, code }: (typeof BAD_BODIES)[number]): Refusal[] {
  const row = { why, target, body: body ?? "", headers: headers ?? {} };
  if (why === "X11 compressed") return [];
  if (code === "unsupported_media_type" && why !== "X11 application/json; charset=utf-16") {
    return [{ ...row, code }];
  }
  return [{ ...row, code: "validation_failed", detail: NO_FIT }];
}

const NO_ORDERS: Record<string, object> = {
  "X18 unknown field": { amount: 1, currency: "EUR", note: "x" },
  "neither form": {},
  "O2 customer ../x": { ...mugs(), customerId: "../x" },
  "O3 no e-mail address": { ...mugs(), customerEmail: "ada" },
  "O5 quantity 0": line({ quantity: 0 }),
  "O5 quantity 1.5": line({ quantity: 1.5 }),
  "O5 quantity 10001": line({ quantity: 10_001 }),
  'O5 quantity "1"': line({ quantity: "1" }),
  "O6 price -1": line({ price: -1 }),
  "O6 price 1e7": line({ price: 1e7 }),
  "O9 product a/b": line({ productId: "a/b" }),
  "O10 no city": mugs("mug", { shippingAddress: { ...ADDRESS, city: undefined } }),
  "O11 status": { ...mugs(), status: "COMPLETED" },
  "H2 0": { amount: 0, currency: "EUR" },
  "H2 1000000.01": { amount: 1_000_000.01, currency: "EUR" },
  "H3 text": { amount: "1", currency: "EUR" },
  "H4 eur": { amount: 1, currency: "eur" },
  "H6 orderId": { amount: 1, currency: "EUR", orderId: "x" },
};

refusals(test, () => door, [
  ...BAD_BODIES.flatMap(byGateway),
  ...Object.entries(NO_ORDERS).map(
    ([why, body]): Refusal => ({
      why,
      target,
      body: JSON.stringify(body),
      code: "validation_failed",
      detail: NO_FIT,
    }),
  ),
  {
    why: "Q5 256 KiB and a byte",
    target,
    body: JSON.stringify(mugs()).padEnd(256 * 1024 + 1),
    code: "payload_too_large",
    detail: TOO_LARGE,
  },
  {
    why: "Q5 1 MiB and a byte",
    target,
    body: JSON.stringify(mugs()).padEnd(1024 * 1024 + 1),
    code: "payload_too_large",
    detail: TOO_LARGE,
  },
  {
    why: "Q6 a character that SQS refuses",
    target,
    body: JSON.stringify(to("a\uffffb")),
    code: "validation_failed",
    detail: NO_FIT,
  },
  ...["  ", "bell \u0007"].map(
    (street): Refusal => ({
      why: `H5 the street ${JSON.stringify(street)}`,
      target,
      body: JSON.stringify(to(street)),
      code: "validation_failed",
      detail: NO_FIT,
    }),
  ),
]);

test("Q1 an order is stored as it was sent", async () => {
  const body = mugs("mug", { shippingAddress: ADDRESS, currency: "EUR", paymentToken: "tok_visa" });
  const { status, json } = await shop.send("direct", body);
  assert.is(status, 202);
  assert.equal(Object.keys(json), ["orderId", "messageId"]);
  const { customerId, customerEmail, items, shippingAddress, currency, totalAmount } =
    await shop.until(String(json["orderId"]), "COMPLETED");
  const { paymentToken: _token, ...sent } = body as Record<string, unknown>;
  assert.equal({ customerId, customerEmail, items, shippingAddress, currency }, sent);
  assert.is(totalAmount, 59.98);
});

test("Q5 255 KiB are taken, and so is all that fits beside the attributes, to the byte", async () => {
  const key = stack.program.resources.find(
    ({ name, type }) => /apiKey:ApiKey$/.test(type) && /^orders/.test(name),
  );
  const attributes = {
    door: "direct",
    orderId: "-".repeat(36),
    createdAt: "-".repeat(13),
    caller: String(key?.id),
  };
  const beside = Object.entries(attributes)
    .map(([name, value]) => `${name}String${value}`)
    .join("").length;
  const most = 262_144 - beside;
  const text = JSON.stringify(mugs());
  const sizes = [255 * 1024, most, most + 1];
  const answers = [];
  for (const size of sizes) answers.push(await exchange(door, { target, body: text.padEnd(size) }));
  assert.equal(
    answers.map(({ status }) => status),
    [202, 202, 413],
  );
  for (const { text: taken } of answers.slice(0, 2)) {
    await shop.until(JSON.parse(taken).orderId, "COMPLETED");
  }
});

test("Q8 a queue that is unavailable or throttled is reported as such", async () => {
  await settled(stack);
  const before = await storeDigest(stack);
  const busy = (code: string) => new ServiceError(code, "broken by a test", 400);
  for (const error of [undefined, busy("RequestThrottled"), busy("KmsThrottled")]) {
    const mend = breakOperation(stack, stack.services.sqs, "SendMessage", error);
    const answer = await exchange(door, { target, body: JSON.stringify(mugs()) });
    mend();
    assertProblem(answer, { code: "unavailable", detail: "The service is busy; try again." });
    assert.is(answer.headers["retry-after"], "1");
  }
  assert.is(await storeDigest(stack), before);
});

const key = { "idempotency-key": "q9" };

test("Q9 the same body twice is two orders, and with a key it is one under both ids", async () => {
  const orders = await shop.countOrders();
  const twice = [await shop.place("direct", mugs()), await shop.place("direct", mugs())];
  for (const id of twice) await shop.until(id, "COMPLETED");
  assert.is(await shop.countOrders(), orders + 2);
  const once = [await shop.place("direct", mugs(), key), await shop.place("direct", mugs(), key)];
  const read = [];
  for (const id of once) read.push((await shop.until(id, "COMPLETED"))["orderId"]);
  assert.is(await shop.countOrders(), orders + 3);
  assert.ok(read[0] === read[1] && once.includes(String(read[0])));
});

test("Q9 another body under the same key ends as an order that says so, and the first stays", async () => {
  const orders = await shop.countOrders();
  const reused = await shop.place("direct", mugs("q9-another"), key);
  const { failureReason } = await shop.until(reused, "FAILED");
  assert.is(failureReason, "idempotency_key_reused");
  assert.equal(await shop.ledger(reused), { charge: "VOIDED" });
  assert.is(await shop.countOrders(), orders + 1);
});

test("an invalid key is refused before the queue, as at every other door", async () => {
  await settled(stack);
  const before = await storeDigest(stack);
  for (const bad of ["a,b", "k".repeat(256), ""]) {
    const lines = [`idempotency-key: ${bad}`];
    const answer = await exchange(door, { target, body: JSON.stringify(mugs()), lines });
    assertProblem(answer, {
      code: "idempotency_key_invalid",
      detail:
        "Idempotency-Key must be one key of 1 to 255 visible ASCII characters without comma, quote, or backslash.",
    });
  }
  assert.is(await storeDigest(stack), before);
});

test("a query parameter is no key: two requests with the same one are two orders", async () => {
  const orders = await shop.countOrders();
  const body = JSON.stringify(mugs());
  for (const _time of [1, 2]) {
    const { status, text } = await exchange(door, { target: `${target}?Idempotency-Key=q`, body });
    assert.is(status, 202, text);
    await shop.until(JSON.parse(text).orderId, "COMPLETED");
  }
  assert.is(await shop.countOrders(), orders + 2);
});

const wrong = (rest: string) => `validation_failed: ${rest}`;
const cents = "must have at most 2 decimals";

const noLines = { ...mugs(), items: [] };
const manyLines = { ...mugs(), items: Array(101).fill(mugs().items[0]) };

/** What only a function sees: the bodies, as text, and why they are set aside. */
const UNSEEN: [body: string, reason: string][] = [
  ['{"amount":1.005,"currency":"EUR"}', wrong(`/amount ${cents}`)],
  ['{"amount":10.5,"currency":"JPY"}', wrong("/amount must have no more than 0 decimals in JPY")],
  [JSON.stringify(line({ price: 29.999 })), wrong(`/items/0/price ${cents}`)],
  [
    JSON.stringify(line({ quantity: 10_000, price: 1e6 })),
    wrong("/items must total at most 10000000 EUR"),
  ],
  // API Gateway's models have no alternatives.
  [JSON.stringify({ ...mugs(), amount: 1 }), wrong("/amount is not a known field")],
  // API Gateway's check knows nothing of how long a list is.
  [JSON.stringify(noLines), wrong("/items must have at least 1 line")],
  [JSON.stringify(manyLines), wrong("/items must have at most 100 lines")],
  ['{"amount":1,"amount":2,"currency":"EUR"}', "invalid_json: an object has the same key twice"],
  [JSON.stringify(to("half \ud800")), "invalid_json: a string holds half of a surrogate pair"],
];

test("an order that only a function can refuse is accepted, and goes to the dead-letter queue with the reason", async () => {
  await settled(stack);
  const orders = await shop.countOrders();
  const dead = setAside(stack, "orders").length;
  const neighbours = [];
  for (const [body] of UNSEEN) {
    const { status, text } = await exchange(door, { target, body });
    assert.is(status, 202, text);
    neighbours.push(await shop.place("direct", mugs()));
  }
  for (const id of neighbours) await shop.until(id, "COMPLETED");
  for (const [body, reason] of UNSEEN) assert.is(await reasonFor(stack, body), reason);
  assert.is(setAside(stack, "orders").length, dead + UNSEEN.length);
  assert.is(await shop.countOrders(), orders + neighbours.length);
});

test("bytes that are not UTF-8 go to the dead-letter queue, and are not stored as something else", async () => {
  const [head = "", tail = ""] = JSON.stringify(to("not|utf8")).split("|");
  const body = Buffer.concat([Buffer.from(head), Buffer.from([0xc3, 0x28]), Buffer.from(tail)]);
  assert.is((await exchange(door, { target, body })).status, 202);
  assert.is(await reasonFor(stack, "utf8"), "invalid_json: it is not UTF-8");
});

test.run();
