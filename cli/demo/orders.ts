import { randomUUID } from "node:crypto";
import { SFNClient } from "@aws-sdk/client-sfn";
import { shellWords } from "command-text";
import type { Target } from "../target.ts";
import { patiently, startedWith, statesOf } from "./executions.ts";
import { type Answer, request, show, spacedJson } from "./http.ts";
import { expect, type Narrator } from "./narrator.ts";
import { runCommand } from "./run-command.ts";

interface Shop {
  url: string;
  httpUrl: string;
  key: string;
  /** The machine whose executions can be asked for; undefined where orders' workflows are Express ones. */
  workflow: string | undefined;
  states: SFNClient;
  narrator: Narrator;
  product: string;
}

/** Orders through each door: one that completes, one that is declined, one that is refunded. */
export async function ordersTour(
  target: Target,
  narrator: Narrator,
  flags: readonly string[],
): Promise<void> {
  const { ordersApiUrl, ordersHttpApiUrl, ordersApiKey } = target.outputs;
  const { orderWorkflowArn, orderRecoveryArn } = target.outputs;
  const shop: Shop = {
    url: ordersApiUrl ?? "",
    httpUrl: ordersHttpApiUrl ?? "",
    key: ordersApiKey ?? "",
    workflow: orderWorkflowArn === orderRecoveryArn ? orderWorkflowArn : undefined,
    states: new SFNClient(target.aws),
    narrator,
    product: `mug-${randomUUID().slice(0, 8)}`,
  };
  narrator.chapter(
    "Orders",
    "URL=$(npm run -s outputs ordersApiUrl)",
    "KEY=$(npm run -s outputs ordersApiKey)",
    "HTTP=$(npm run -s outputs ordersHttpApiUrl)",
  );
  await narrator.step(
    `There are 3 units of ${shop.product}.`,
    () =>
      request("PUT", `${shop.url}/products/${shop.product}`, { key: shop.key, body: { stock: 3 } }),
    (answer) => {
      expect(answer.status === 200, show(answer));
      return show(answer);
    },
    curl("PUT", `$URL/products/${shop.product}`, { stock: 3 }),
  );
  await completes(shop);
  await isRepeated(shop);
  await isDeclined(shop);
  const refunded = await isRefunded(shop);
  await narrator.step(
    "Two units are sold; those of the failed orders are in stock again.",
    () => request("GET", `${shop.url}/products/${shop.product}`, { key: shop.key }),
    (answer) => {
      const { stock, held, sold } = answer.body;
      expect(stock === 1 && held === 0 && sold === 2, show(answer));
      return show(answer);
    },
    `curl -H "x-api-key: $KEY" $URL/products/${shop.product}`,
  );
  await narrator.step(
    "The journey of the refunded order: all that the logs, the table and the workflow know.",
    () => runCommand("journey", refunded, ...flags),
    (lines) => {
      expect(
        lines.some((line) => line.startsWith("FAILED (payment_risk)")),
        lines.join("\n"),
      );
      return lines;
    },
    `npm run journey -- ${refunded}`,
  );
}

/** The command that sends a body; the open HTTP API needs no key. */
function curl(method: string, url: string, body: object): string {
  const key = url.startsWith("$HTTP") ? "" : ' -H "x-api-key: $KEY"';
  const type = '-H "content-type: application/json"';
  return `curl -X ${method}${key} ${type} -d ${shellWords(spacedJson(body))} ${url}`;
}

const order = (shop: Shop, quantity: number, paymentToken?: string) => ({
  customerId: "customer-1",
  customerEmail: "ada@example.com",
  items: [{ productId: shop.product, quantity, price: 29.99 }],
  ...(paymentToken && { paymentToken }),
});

async function completes(shop: Shop): Promise<void> {
  const { narrator, key } = shop;
  const placed = await narrator.step(
    "The keyed door stores an order before it answers.",
    () => request("POST", `${shop.url}/orders`, { key, body: order(shop, 2) }),
    (answer) => {
      expect(answer.status === 201 && answer.body["totalAmount"] === 59.98, show(answer));
      return show(answer);
    },
    curl("POST", "$URL/orders", order(shop, 2)),
  );
  await ends(
    shop,
    "Its workflow reserves the stock, charges the card, and confirms the order.",
    placed,
    "COMPLETED",
  );
}

async function isRepeated(shop: Shop): Promise<void> {
  const { narrator, key } = shop;
  const headers = { "idempotency-key": randomUUID() };
  const body = { amount: 5, currency: "EUR" };
  const send = () => request("POST", `${shop.url}/orders`, { key, headers, body });
  const first = await send();
  await narrator.step(
    "A repeated request with the same Idempotency-Key creates no second order.",
    send,
    (answer) => {
      const same = answer.body["orderId"] === first.body["orderId"];
      const marked = answer.headers.get("idempotent-replayed") === "true";
      expect(answer.status === 201 && same && marked, show(answer));
      return [show(answer), "Idempotent-Replayed: true"];
    },
    `curl -i -X POST -H "x-api-key: $KEY" -H "idempotency-key: ${headers["idempotency-key"]}" -H "content-type: application/json" -d ${shellWords(spacedJson(body))} $URL/orders`,
  );
}

async function isDeclined(shop: Shop): Promise<void> {
  const { narrator } = shop;
  const accepted = await narrator.step(
    "The open HTTP API puts an order on the queue. This one's card will be declined.",
    () => request("POST", `${shop.httpUrl}/orders`, { body: order(shop, 1, "tok_declined") }),
    (answer) => {
      expect(answer.status === 202, show(answer));
      return [show(answer), `Location: ${answer.headers.get("location")}`];
    },
    curl("POST", "$HTTP/orders", order(shop, 1, "tok_declined")),
  );
  const title = "Nothing was charged; the reserved stock is released, and the order is FAILED.";
  await ends(shop, title, accepted, "FAILED", "payment_declined");
}

/** Answers the order's id. */
async function isRefunded(shop: Shop): Promise<string> {
  const { narrator, key } = shop;
  const accepted = await narrator.step(
    "The direct door: API Gateway itself writes to the queue. This payment is captured, but has a high risk.",
    () =>
      request("POST", `${shop.url}/orders/direct`, { key, body: order(shop, 1, "tok_high_risk") }),
    (answer) => {
      expect(answer.status === 202, show(answer));
      return show(answer);
    },
    curl("POST", "$URL/orders/direct", order(shop, 1, "tok_high_risk")),
  );
  const title = "So it is refunded, its stock is released, and it is FAILED.";
  await ends(shop, title, accepted, "FAILED", "payment_risk");
  return String(accepted.body["orderId"]);
}

/** Waits for an order's end, and tells the way there. */
async function ends(
  { narrator, url, key, states, workflow }: Shop,
  title: string,
  { body: { orderId } }: Answer,
  status: string,
  failureReason?: string,
): Promise<void> {
  await narrator.step(
    title,
    async () => {
      const names = workflow
        ? await statesOf(
            states,
            (await startedWith(states, workflow, (input) => input["orderId"] === orderId))
              .executionArn ?? "",
          )
        : ["an Express workflow: npm run journey tells its steps"];
      const answer = await patiently("the end of the order", async () => {
        const found = await request("GET", `${url}/orders/${orderId}`, { key });
        return found.body["status"] === status ? found : undefined;
      });
      return { names, answer };
    },
    ({ names, answer }) => {
      expect(answer.body["failureReason"] === failureReason, show(answer));
      return [names.join(" → "), `${status}${failureReason ? `: ${failureReason}` : ""}`];
    },
    `curl -H "x-api-key: $KEY" $URL/orders/${orderId}`,
  );
}
