import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type OrderBody, Refused, ShopApi } from "../../storefront/api.ts";

const test = suite("the storefront's client");

type Reply = "no network" | "broken" | [status: number, body: unknown, headers?: object];

/** A client of an API that gives these answers, one after the other. */
function client(...replies: Reply[]) {
  const requests: [method: string, url: string, key?: string | null, body?: unknown][] = [];
  const waits: number[] = [];
  const failures: number[] = [];
  const api = new ShopApi("http://api", {
    fetch: async (url, { method = "GET", headers, body } = {}) => {
      const key = new Headers(headers).get("idempotency-key");
      requests.push(body ? [method, url, key, JSON.parse(String(body))] : [method, url]);
      const reply = replies.shift();
      if (reply === undefined || reply === "no network") throw new TypeError("failed to fetch");
      if (reply === "broken") return new Response('{"orderId":', { status: 202 });
      const [status, answer, more] = reply;
      return new Response(JSON.stringify(answer), { status, headers: { ...more } });
    },
    wait: async (ms) => void waits.push(ms),
    onRetry: (count) => failures.push(count),
  });
  return { api, requests, waits, failures };
}

const BODY: OrderBody = {
  customerId: "web-1",
  customerEmail: "ada@example.com",
  items: [{ productId: "mug", quantity: 1, price: 2 }],
  currency: "EUR",
  paymentToken: "tok_visa",
};

test("reads every page of the catalogue", async () => {
  const { api, requests } = client(
    [200, { products: [{ productId: "a", stock: 1 }], next: "a" }],
    [200, { products: [{ productId: "b", stock: 2 }] }],
  );
  assert.equal(
    (await api.products()).map(({ productId }) => productId),
    ["a", "b"],
  );
  assert.equal(requests, [
    ["GET", "http://api/products?limit=100"],
    ["GET", "http://api/products?limit=100&after=a"],
  ]);
});

test("sends an order again, the same under the same key, until it is answered", async () => {
  const { api, requests, waits, failures } = client(
    "no network",
    [503, { code: "unavailable" }, { "retry-after": "3" }],
    "broken",
    [429, { message: "Too Many Requests" }],
    [202, { orderId: "order-1" }],
  );
  assert.is(await api.placeOrder("key-1", BODY), "order-1");
  assert.equal(requests, Array(5).fill(["POST", "http://api/orders", "key-1", BODY]));
  assert.equal(waits, [500, 3000, 2000, 4000]);
  assert.equal(failures, [1, 2, 3, 4]);
});

test("waits no longer than 15 seconds between two attempts", async () => {
  const { api, waits } = client(...Array<Reply>(8).fill("no network"), [202, { orderId: "o" }]);
  await api.placeOrder("key", BODY);
  assert.equal(waits, [500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
});

test("does not send again what was refused", async () => {
  const errors = [{ pointer: "/customerEmail", message: "must be an e-mail address" }];
  const { api, requests } = client([400, { code: "validation_failed", detail: "no", errors }]);
  try {
    await api.placeOrder("key", BODY);
    assert.unreachable("it was accepted");
  } catch (error) {
    assert.ok(error instanceof Refused);
    const { status, code, message, fields } = error;
    assert.equal([status, code, message, fields], [400, "validation_failed", "no", errors]);
  }
  assert.is(requests.length, 1);
});

test("an order that is accepted and not stored yet is undefined", async () => {
  const { api } = client([404, { code: "not_found" }], [200, { orderId: "o", status: "PENDING" }]);
  assert.is(await api.order("o"), undefined);
  assert.equal(await api.order("o"), { orderId: "o", status: "PENDING" });
});

test.run();
