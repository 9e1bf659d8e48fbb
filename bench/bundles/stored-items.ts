type Item = Record<string, unknown>;

const S = (text: string) => ({ S: text });
const N = (number: number) => ({ N: String(number) });

/** When every stored order was placed. */
export const CREATED_AT = "2026-11-20T12:00:00.000Z";

/** Ids of stored orders, by how far each has come. */
export const orderIds = {
  placed: "00000000-0000-4000-8000-000000000001",
  held: "00000000-0000-4000-8000-000000000002",
  paid: "00000000-0000-4000-8000-000000000003",
  refunding: "00000000-0000-4000-8000-000000000004",
  refunded: "00000000-0000-4000-8000-000000000005",
  released: "00000000-0000-4000-8000-000000000006",
} as const;

/** How the order stands, as DynamoDB holds it. */
export function storedOrder(
  orderId: string,
  status: string,
  paymentStatus: string,
  stockStatus: string,
): Item {
  const line = { productId: S("mug-blue"), quantity: N(2), priceMinor: N(2999) };
  return {
    PK: S(`ORDER#${orderId}`),
    SK: S(`ORDER#${orderId}`),
    statusShard: S(`${status}#0`),
    orderId: S(orderId),
    createdAt: S(CREATED_AT),
    updatedAt: S(CREATED_AT),
    status: S(status),
    version: N(1),
    paymentStatus: S(paymentStatus),
    stockStatus: S(stockStatus),
    door: S("rest"),
    correlationId: S("request-1"),
    currency: S("EUR"),
    totalMinor: N(5998),
    customerId: S("customer-1"),
    customerEmail: S("ada@example.com"),
    items: { L: [{ M: line }] },
  };
}

const order = (...how: Parameters<typeof storedOrder>) => ({
  [`ORDER#${how[0]}`]: storedOrder(...how),
});

const PIECES = { L: [{ M: { productId: S("mug-blue"), quantity: N(2) } }] };
const ITEMS: Record<string, Item> = {
  ...order(orderIds.placed, "PENDING", "NONE", "NONE"),
  ...order(orderIds.held, "PROCESSING", "NONE", "HELD"),
  ...order(orderIds.paid, "PROCESSING", "CAPTURED", "HELD"),
  ...order(orderIds.refunding, "PROCESSING", "REFUND_PENDING", "HELD"),
  ...order(orderIds.refunded, "PROCESSING", "REFUNDED", "HELD"),
  ...order(orderIds.released, "PROCESSING", "REFUNDED", "RELEASED"),
  "PRODUCT#mug-blue": {
    PK: S("PRODUCT#mug-blue"),
    SK: S("PRODUCT#mug-blue"),
    productId: S("mug-blue"),
    free: N(10),
    held: N(2),
    sold: N(0),
  },
};

/** The customer under every key. */
export const CUSTOMER = { id: S("tea-house"), createdAt: S(CREATED_AT) };

/** What the orders' table holds under a key: some orders, the pieces held for each, and a product. */
export function storedItem(PK: { S: string }, SK: { S: string }): Item | undefined {
  if (SK.S === "STOCK") return { PK, SK, pieces: PIECES };
  return ITEMS[SK.S];
}
