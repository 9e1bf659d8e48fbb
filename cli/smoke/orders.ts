import { randomUUID } from "node:crypto";
import { patiently } from "../demo/executions.ts";
import { show } from "../demo/http.ts";
import { expect, type Narrator } from "../demo/narrator.ts";
import type { Target } from "../target.ts";
import { answers } from "./answers.ts";
import { type Send, sendTo } from "./signed-request.ts";

const ORDER = {
  customerId: "smoke-test",
  customerEmail: "smoke-test@example.com",
  items: [{ productId: "smoke-test", quantity: 1, price: 0.01 }],
} as const;
const BAD_ORDER = { ...ORDER, items: "one" };

/** The three doors for orders: each refuses a bad order, and an order at the keyed door completes. */
export async function smokeOrders(target: Target, narrator: Narrator): Promise<void> {
  const { outputs, allOutputs } = target;
  const send = sendTo(target);
  const {
    ordersApiUrl: url = "",
    ordersHttpApiUrl: httpUrl = "",
    ordersApiKey: key = "",
  } = outputs;
  narrator.chapter("Orders API");
  await answers(narrator, "Without a key: refused.", () => send("POST", `${url}/orders`), {
    status: 403,
    code: "forbidden",
  });
  for (const [door, path] of [
    ["keyed", "orders"],
    ["direct", "orders/direct"],
  ] as const) {
    await answers(
      narrator,
      `A bad order at the ${door} door: refused.`,
      () => send("POST", `${url}/${path}`, { key, body: BAD_ORDER }),
      { status: 400, code: "validation_failed" },
    );
  }
  await answers(
    narrator,
    "An order that does not exist: not found.",
    () => send("GET", `${url}/orders/${randomUUID()}`, { key }),
    { status: 404, code: "not_found" },
  );
  const [allowed = "*"] = [allOutputs["corsOrigins"] ?? []].flat();
  const origin = allowed === "*" ? new URL(httpUrl).origin : String(allowed);
  await httpDoor({ url: httpUrl, origin, send }, narrator);
  const { productId, price } = ORDER.items[0];
  await answers(
    narrator,
    "A product with a price, as a shop may sell no others: set.",
    () => send("PUT", `${url}/products/${productId}`, { key, body: { stock: 1_000, price } }),
    { status: 200 },
  );
  const headers = { "idempotency-key": `smoke-${randomUUID()}` };
  const place = (body: object) => send("POST", `${url}/orders`, { key, headers, body });
  const placed = await answers(narrator, "An order: stored.", () => place(ORDER), { status: 201 });
  const id = placed.body["orderId"];
  await answers(
    narrator,
    "Another order under its Idempotency-Key: refused.",
    () => place({ ...ORDER, customerId: "smoke-test-2" }),
    { status: 422, code: "idempotency_key_reused" },
  );
  await narrator.step(
    "The order comes to its end.",
    () =>
      patiently("the end of the order", async () => {
        const found = await send("GET", `${url}/orders/${id}`, { key });
        return /^(COMPLETED|FAILED)$/.test(String(found.body["status"])) ? found : undefined;
      }),
    (answer) => {
      expect(answer.body["status"] === "COMPLETED", show(answer));
      return show(answer);
    },
  );
}

async function httpDoor(
  { url, origin, send }: { url: string; origin: string; send: Send },
  narrator: Narrator,
): Promise<void> {
  await narrator.step(
    "A bad order at the HTTP API: refused, by its authorizer where it has one.",
    () => send("POST", `${url}/orders`, { body: BAD_ORDER }),
    (answer) => {
      expect([400, 401, 403].includes(answer.status), show(answer));
      return show(answer);
    },
  );
  await narrator.step(
    "A browser's preflight is answered.",
    () =>
      fetch(`${url}/orders`, {
        method: "OPTIONS",
        headers: { origin, "access-control-request-method": "POST" },
      }),
    ({ status, headers }) => {
      const answer = headers.get("access-control-allow-origin");
      expect(status < 300 && answer !== null, `${status}, allowed origin ${answer}`);
      return `${status}, allowed origin ${answer}`;
    },
  );
}
