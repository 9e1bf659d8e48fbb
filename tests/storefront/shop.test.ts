import { suite } from "uvu";
import * as assert from "uvu/assert";
import { failureReasons } from "../../handlers/orders/contract/status.ts";
import { type OrderStatus, Refused } from "../../storefront/api.ts";
import { linesOf, orderOf, totalOf, withQuantity } from "../../storefront/basket.ts";
import { follow } from "../../storefront/checkout.ts";
import { type Memory, type PlacedOrder, recall, remember } from "../../storefront/memory.ts";
import { orderMessage, refusalMessage } from "../../storefront/messages.ts";

const test = suite("the storefront");

const MUG = { productId: "mug", name: "Mug", stock: 3, price: 0.1, currency: "EUR" };
const TEA = { productId: "tea", stock: 9, price: 0.2, currency: "EUR" };
const VISITOR = { customerId: "web-1", customerEmail: "a@example.com", paymentToken: "tok_visa" };
const ORDER = orderOf(linesOf({ mug: 1 }, [MUG]), VISITOR);

test("the basket keeps whole quantities from 1 to 10,000", () => {
  assert.equal(withQuantity({ tea: 1 }, "mug", 2.9), { tea: 1, mug: 2 });
  assert.equal(withQuantity({ tea: 1, mug: 2 }, "mug", 99_999), { tea: 1, mug: 10_000 });
  for (const none of [0, -1, Number.NaN]) {
    assert.equal(withQuantity({ tea: 1, mug: 2 }, "mug", none), { tea: 1 });
  }
});

test("an order has what is in the basket, for sale and still listed, at the catalogue's price", () => {
  const lines = linesOf({ mug: 1, gone: 4, free: 1, tea: 1 }, [
    MUG,
    TEA,
    { productId: "free", stock: 1 },
  ]);
  assert.is(totalOf(lines), 0.3);
  assert.equal(orderOf(lines, VISITOR), {
    ...VISITOR,
    items: [
      { productId: "mug", quantity: 1, price: 0.1 },
      { productId: "tea", quantity: 1, price: 0.2 },
    ],
    currency: "EUR",
  });
  assert.throws(() => orderOf([], VISITOR), /^The basket is empty\.$/);
  const dollars = linesOf({ mug: 1, tea: 1 }, [MUG, { ...TEA, currency: "USD" }]);
  assert.throws(() => orderOf(dollars, VISITOR), /different currencies/);
});

/** A shop that stores an order only after it was asked for it once. */
function shop(...statuses: OrderStatus["status"][]) {
  const placed: string[] = [];
  let asked = 0;
  return {
    placed,
    placeOrder: async (key: string) => {
      placed.push(key);
      return "order-1";
    },
    order: async (orderId: string) => {
      const status = statuses[asked++ - 1];
      return status && { orderId, status, amount: 1, currency: "EUR", createdAt: "" };
    },
  };
}

const placed: PlacedOrder = { key: "key-1", body: ORDER };

async function seen(api: ReturnType<typeof shop>, order: PlacedOrder) {
  const changes: unknown[] = [];
  const waits: number[] = [];
  const progress = {
    accepted: (orderId: string) => changes.push(orderId),
    changed: (now: OrderStatus | undefined) => changes.push(now?.status),
  };
  const ended = await follow(api, order, progress, async (ms) => void waits.push(ms));
  return { ended: ended.status, changes, waits };
}

test("an order is sent, and followed until it ends", async () => {
  const api = shop("PENDING", "PROCESSING", "COMPLETED");
  assert.equal(await seen(api, placed), {
    ended: "COMPLETED",
    changes: ["order-1", undefined, "PENDING", "PROCESSING", "COMPLETED"],
    waits: [300, 450, 675],
  });
  assert.equal(api.placed, ["key-1"]);
});

test("after a reload, an order that the shop has is only followed; one that it may not have is sent again", async () => {
  const accepted = shop("FAILED");
  const { changes } = await seen(accepted, { ...placed, orderId: "order-1" });
  assert.equal([accepted.placed, changes], [[], [undefined, "FAILED"]]);
  const unsure = shop("FAILED");
  await seen(unsure, placed);
  assert.equal(unsure.placed, ["key-1"]);
});

test("what a visitor chose and sent outlives a reload; what cannot be read is forgotten", () => {
  const entries = new Map<string, string>();
  const storage = {
    getItem: (key: string) => entries.get(key) ?? null,
    setItem: (key: string, value: string) => void entries.set(key, value),
  };
  const memory: Memory = { basket: { mug: 1 }, customerId: "web-1", email: "a@b.c", order: placed };
  remember(storage, memory);
  assert.equal(
    recall(storage, () => "2"),
    memory,
  );
  for (const spoilt of ["{", "[]", "null", "7"]) {
    entries.set("shop", spoilt);
    assert.equal(
      recall(storage, () => "2"),
      { basket: {}, customerId: "web-2", email: "" },
    );
  }
  const full = {
    ...storage,
    setItem: () => {
      throw new DOMException("full", "QuotaExceededError");
    },
  };
  remember(full, memory);
});

test("each reason for which an order fails has a sentence of its own, that says what became of the money", () => {
  const base = {
    orderId: "o",
    amount: 1,
    currency: "EUR",
    createdAt: "",
    status: "FAILED",
  } as const;
  const sentences = failureReasons.map((failureReason) => orderMessage({ ...base, failureReason }));
  assert.is(new Set([...sentences, orderMessage(base)]).size, failureReasons.length + 1);
  for (const sentence of sentences) assert.match(sentence, /not been charged|refunded/);
});

test("a refusal names the field, as people call it", () => {
  const refused = (pointer: string) =>
    refusalMessage(
      new Refused(400, { detail: "d", errors: [{ pointer, message: "must be shorter" }] }),
    );
  assert.is(refused("/customerEmail"), "Your e-mail address must be shorter.");
  assert.is(refused("/items/0/quantity"), "items 0 quantity must be shorter.");
  assert.is(refusalMessage(new Refused(422, { detail: "A line's price…" })), "A line's price…");
  assert.is(refusalMessage(new Refused(418, {})), "The shop answered 418.");
});

test.run();
