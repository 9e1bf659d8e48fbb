import { functionsInProcess } from "local-aws/testing/functions-in-process";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { call } from "./support/api.ts";
import { startStack, type TestStack } from "./support/stack.ts";

const test = suite("orders, input that looks bad and is taken as it is");
let stack: TestStack;
let url: string;
let headers: Record<string, string>;

test.before(async () => {
  stack = await startStack({ replace: functionsInProcess });
  url = stack.output("ordersApiUrl");
  headers = { "x-api-key": stack.output("ordersApiKey"), "content-type": "application/json" };
});
test.after(() => stack?.stop());

const LINE = { productId: "mug-blue", quantity: 1, price: 9.99 };
const ADDRESS = { street: "1 Main St", city: "Bonn", zipCode: "53111", country: "DE" };
const order = (changes: object = {}) => ({
  customerId: "customer-1",
  customerEmail: "ada@example.com",
  items: [LINE],
  ...changes,
});
const lines = (...changes: object[]) =>
  order({ items: changes.map((change) => ({ ...LINE, ...change })) });

const TEXTS = [
  "'; DROP TABLE orders;--",
  "<script>alert(1)</script>",
  "\x24{7*7} #{7*7} {{7*7}}",
  "$util.qr(1) #set($x=1)$x $input.body $context.requestId #end",
  "=cmd()|' /C calc'!A0",
  'a+b%20c%26&d=e#f"\\g/h',
  "&MessageBody=evil&DelaySeconds=900",
  "&Action=DeleteQueue&QueueUrl=http://evil.example",
  "日本語 👩‍👩‍👧 \u202e",
];

/** Posts an order, and reads it when it is there. */
async function placed(path: string, body: object, more: Record<string, string> = {}) {
  const sent = { headers: { ...headers, ...more }, body: JSON.stringify(body) };
  const { status, text, json } = await call("POST", `${url}${path}`, sent);
  assert.is(status, path === "/orders" ? 201 : 202, text);
  const read = await stack.until("the order", async () => {
    const answer = await call("GET", `${url}/orders/${json["orderId"]}`, { headers });
    return answer.status === 200 ? answer : undefined;
  });
  assert.is(read.headers.get("x-content-type-options"), "nosniff");
  assert.is(read.headers.get("content-type"), "application/json");
  return { answer: json, stored: read.json };
}

test("O1 the total is counted to the cent", async () => {
  const items = [
    { productId: "mug-blue", quantity: 2, price: 29.99 },
    { productId: "poster", quantity: 1, price: 49.99 },
  ];
  const { answer, stored } = await placed("/orders", order({ items }));
  assert.is(answer["totalAmount"], 109.97);
  assert.is(answer["status"], "PENDING");
  assert.equal([stored["items"], stored["totalAmount"]], [items, 109.97]);
});

test("O8 repeated lines of one product stay lines", async () => {
  const { answer, stored } = await placed("/orders", lines({}, { quantity: 2 }, {}));
  assert.is(answer["totalAmount"], 39.96);
  assert.equal(stored["items"], [LINE, { ...LINE, quantity: 2 }, LINE]);
});

test("O4, O5, O7, O10 what is just within the limits is taken", async () => {
  const products = Array.from({ length: 98 }, (_, n) => ({ productId: `p${n}`, price: 0 }));
  for (const [body, total] of [
    [lines(...Array(100).fill({})), 999],
    [lines(...products), 0],
    [lines({ quantity: 10_000, price: 0.01 }), 100],
    [lines({ quantity: 10, price: 1e6 }), 1e7],
    [order({ customerId: "a".repeat(128) }), 9.99],
    [lines({ productId: "constructor" }), 9.99],
    [lines({ price: 5e-1 }), 0.5],
  ] as const) {
    const { answer, stored } = await placed("/orders", body);
    assert.is(answer["totalAmount"], total);
    assert.is(stored["shippingAddress"], undefined);
  }
});

/** How many messages the queue has been sent. */
function messages(): number {
  const queue = stack.output("ordersQueueUrl").split("/").at(-1) ?? "";
  const sent = stack.hops.filter(({ kind }) => kind === "sqs:SendMessage");
  return sent.filter(({ to }) => to.endsWith(`:${queue}`)).length;
}

for (const path of ["/orders", "/orders/direct"]) {
  test(`X20, Q2, Q3 a text at ${path} is stored as it is, and never run`, async () => {
    const before = messages();
    for (const street of TEXTS) {
      const body = order({ shippingAddress: { ...ADDRESS, street } });
      const { stored } = await placed(path, body);
      assert.equal(stored["shippingAddress"], { ...ADDRESS, street });
    }
    await stack.until("a message for each", () => messages() - before >= TEXTS.length || undefined);
    assert.is(messages() - before, TEXTS.length);
    assert.ok(!stack.hops.some(({ kind }) => kind === "sqs:DeleteQueue"));
  });
}

test("Q2 what travels beside a direct order sets nothing else", async () => {
  const evil = "a&MessageAttribute.1.Value.StringValue=rest&DelaySeconds=900";
  const more = { "x-correlation-id": evil, "idempotency-key": "k&DelaySeconds=900&x=%26" };
  const { stored } = await placed("/orders/direct", order(), more);
  assert.is(stored["customerId"], "customer-1");
});

test("X26 whatever is asked for, the answer is JSON", async () => {
  await placed("/orders", order(), { accept: "application/xml" });
  await placed("/orders/direct", order(), { accept: "application/xml" });
});

test("X23 what a client claims about itself is not trusted", async () => {
  const { answer } = await placed("/orders", order(), {
    "x-forwarded-for": "1.2.3.4",
    "x-forwarded-host": "evil.example",
    "x-http-method-override": "DELETE",
  });
  assert.is(answer["status"], "PENDING");
});

test.run();
