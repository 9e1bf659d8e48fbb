import type { MeteredStack } from "./metered-stack.ts";
import { Usage } from "./usage.ts";

/** How an order ends. */
export const ENDS = ["completed", "declined", "refunded"] as const;
export type End = (typeof ENDS)[number];

/** What orders are like. `amount`: a total and nothing else. `lines`: a tracked product, and a customer who is written to. */
export const BODIES = ["amount", "lines"] as const;
export type Body = (typeof BODIES)[number];

/** The API that receives the orders. */
export const DOORS = ["rest", "http", "direct"] as const;
export type Door = (typeof DOORS)[number];

/** Shares of orders by how they end; together 1. */
export type Mix = Readonly<Record<End, number>>;

const TOKENS: Record<End, string> = {
  completed: "tok_visa",
  declined: "tok_declined",
  refunded: "tok_high_risk",
};
const STATUS: Record<End, string> = {
  completed: "COMPLETED",
  declined: "FAILED",
  refunded: "FAILED",
};
const PRODUCT = "product-1";

/** What one order of each end uses, in a stack that has handled one of each before. */
export async function measureOrders(
  stack: MeteredStack,
  { body, door }: { body: Body; door: Door },
): Promise<Record<End, Usage>> {
  const keyed = { "x-api-key": stack.output("ordersApiKey") };
  if (body === "lines") {
    const url = `${stack.output("ordersApiUrl")}/products/${PRODUCT}`;
    const { status, text } = await stack.request("PUT", url, keyed, { stock: 1_000, price: 9.99 });
    if (status !== 200 && status !== 201) throw new Error(`PUT /products: ${status} ${text}`);
  }
  const one = (end: End) => placeOrder(stack, end, body, door);
  // Log streams and environments are made with the first.
  for (const end of ENDS) await one(end);
  await stack.take();
  const measured: Partial<Record<End, Usage>> = {};
  for (const end of ENDS) {
    await one(end);
    measured[end] = await stack.take();
  }
  return measured as Record<End, Usage>;
}

/** What an order uses on average. */
export function averageOf(measured: Record<End, Usage>, mix: Mix): Usage {
  return Usage.sum(ENDS.map((end) => [measured[end], mix[end]] as const));
}

async function placeOrder(stack: MeteredStack, end: End, body: Body, door: Door): Promise<void> {
  const paymentToken = TOKENS[end];
  const order =
    body === "amount"
      ? { amount: 9.99, currency: "EUR", paymentToken }
      : {
          customerId: "customer-1",
          customerEmail: "ada@example.com",
          items: [{ productId: PRODUCT, quantity: 1, price: 9.99 }],
          paymentToken,
        };
  const key = { "x-api-key": stack.output("ordersApiKey") };
  const rest = stack.output("ordersApiUrl");
  const ways: Record<Door, [url: string, headers: Record<string, string>]> = {
    rest: [`${rest}/orders`, key],
    http: [`${stack.output("ordersHttpApiUrl")}/orders`, {}],
    direct: [`${rest}/orders/direct`, key],
  };
  const { status, text } = await stack.request("POST", ...ways[door], order);
  if (status !== 201 && status !== 202) throw new Error(`POST /orders: ${status} ${text}`);
  const { orderId } = JSON.parse(text) as { orderId: string };
  const TableName = stack.output("ordersTableName");
  const Key = { PK: { S: `ORDER#${orderId}` }, SK: { S: `ORDER#${orderId}` } };
  const { Item } = await stack.call<{ Item?: { status?: { S?: string } } }>("dynamodb", "GetItem", {
    TableName,
    Key,
  });
  const found = Item?.status?.S;
  if (found !== STATUS[end]) {
    throw new Error(
      `the order that should be ${STATUS[end]} is ${found}; the counts would be wrong`,
    );
  }
}
