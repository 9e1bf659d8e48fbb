import { suite } from "uvu";
import * as assert from "uvu/assert";
import { call } from "./support/api.ts";
import { type DoorName, mugs, Shop } from "./support/shop.ts";
import { startStack, type TestStack } from "./support/stack.ts";

const test = suite("an order's way through each door");
const DOORS: [DoorName, number][] = [
  ["rest", 201],
  ["http", 202],
  ["direct", 202],
];
let stack: TestStack;
let shop: Shop;

test.before(async () => {
  stack = await startStack();
  shop = new Shop(stack);
});
test.after(() => stack?.stop());

for (const [door, status] of DOORS) {
  test(`${door}: is COMPLETED, charged once`, async () => {
    const answer = await shop.send(door, mugs());
    assert.is(answer.status, status, answer.text);
    const orderId = String(answer.json["orderId"]);
    const order = await shop.until(orderId, "COMPLETED");
    assert.equal(
      { ...order, createdAt: "", updatedAt: "" },
      {
        orderId,
        createdAt: "",
        updatedAt: "",
        status: "COMPLETED",
        currency: "EUR",
        totalAmount: 59.98,
        ...mugs(),
      },
    );
    const { [`ORDER#${orderId}`]: item = {} } = await shop.items(orderId);
    const { version, paymentStatus, stockStatus, totalMinor } = item;
    assert.equal(
      { version, paymentStatus, stockStatus, totalMinor, door: item["door"] },
      { version: 4, paymentStatus: "CAPTURED", stockStatus: "SOLD", totalMinor: 5998, door },
    );
    assert.equal(await shop.ledger(orderId), { charge: "CAPTURED" });
  });

  test(`${door}: is FAILED when the card is declined, and nothing is charged`, async () => {
    const orderId = await shop.place(door, mugs("mug", { paymentToken: "tok_declined" }));
    const order = await shop.until(orderId, "FAILED");
    assert.is(order["failureReason"], "payment_declined");
    assert.equal(await shop.ledger(orderId), { charge: "DECLINED" });
  });
}

test("is refunded before it is FAILED when its confirmation is refused", async () => {
  const orderId = await shop.place("rest", mugs("mug", { paymentToken: "tok_high_risk" }));
  const order = await shop.until(orderId, "FAILED");
  assert.is(order["failureReason"], "payment_risk");
  assert.equal(await shop.ledger(orderId), { charge: "CAPTURED", refund: "REFUNDED" });
  const { [`ORDER#${orderId}`]: item = {} } = await shop.items(orderId);
  // Placed, held, charged, fenced, refunded, released, rejected.
  assert.is(item["version"], 7);
  assert.equal([item["paymentStatus"], item["stockStatus"]], ["REFUNDED", "RELEASED"]);
});

test("is COMPLETED and charged once when the provider's answer is lost", async () => {
  const orderId = await shop.place("rest", mugs("mug", { paymentToken: "tok_lost" }));
  await shop.until(orderId, "COMPLETED");
  assert.equal(await shop.ledger(orderId), { charge: "CAPTURED" });
});

test("can be watched at the open API by an id that tells nothing of the customer", async () => {
  const http = stack.output("ordersHttpApiUrl");
  const sent = await shop.send("http", { amount: 99.99, currency: "EUR" });
  const location = new URL(String(sent.headers.get("location")), `${http}/orders`);
  const orderId = String(sent.json["orderId"]);
  await shop.until(orderId, "COMPLETED");
  const { status, json } = await call("GET", location.href);
  assert.is(status, 200);
  assert.equal(
    { ...json, createdAt: "" },
    { orderId, amount: 99.99, currency: "EUR", status: "COMPLETED", createdAt: "" },
  );
});

test("comes up in the list of its status, page by page, each order once", async () => {
  const ids = new Set<string>();
  for (let n = 0; n < 7; n++) {
    ids.add(await shop.place("rest", { amount: n + 1, currency: "USD" }));
  }
  for (const id of ids) await shop.until(id, "COMPLETED");
  const listed: Record<string, unknown>[] = [];
  let next = "";
  do {
    const token = next && `&nextToken=${next}`;
    const { status, json } = await shop.api("GET", `/orders?status=COMPLETED&limit=3${token}`);
    assert.is(status, 200);
    const orders = json["orders"] as Record<string, unknown>[];
    assert.is(json["count"], orders.length);
    assert.equal(json["filter"], { status: "COMPLETED" });
    listed.push(...orders);
    next = String(json["nextToken"] ?? "");
    if (next) assert.is(orders.length, 3);
  } while (next);
  const found = listed.map(({ orderId }) => String(orderId));
  assert.is(new Set(found).size, found.length);
  assert.ok([...ids].every((id) => found.includes(id)));
  const times = listed.map(({ createdAt }) => String(createdAt));
  assert.equal(times, times.toSorted().reverse());
});

test.run();
