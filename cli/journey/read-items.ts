import { type DynamoDBDocumentClient, GetCommand, paginateQuery } from "@aws-sdk/lib-dynamodb";
import { chargeKey, refundKey } from "../../handlers/orders/payment/payment-gateway.ts";
import type { LedgerEntry } from "../../handlers/orders/payment/simulated/ledger.ts";
import type { Order } from "../../handlers/orders/rules/order.ts";
import { versionsIn } from "../../handlers/orders/store/announced.ts";
import {
  aliasKey,
  orderKey,
  orderPartition,
  readSortKey,
} from "../../handlers/orders/store/keys.ts";
import { orderOf } from "../../handlers/orders/store/order-item.ts";

/** Names of the tables that know of orders. */
export interface OrderTables {
  orders: string;
  payments: string;
}

/** A letter to the customer, sent or not. */
export interface LetterItem {
  channel: string;
  version: number;
  /** Set once it is sent. */
  sentAt?: string;
  /** Why it is never sent. */
  suppressed?: string;
  claimedAt: string;
}

/** What the tables hold of an order. */
export interface OrderItems {
  order?: Order;
  /** Versions that are marked as announced. */
  announced: number[];
  letters: LetterItem[];
  /** What the payment provider's books have. */
  charge?: LedgerEntry;
  refund?: LedgerEntry;
}

/** The id of the order that a client knows by this id; undefined where the table has none. */
export async function findOrderId(
  tables: DynamoDBDocumentClient,
  TableName: string,
  id: string,
): Promise<string | undefined> {
  const keys = [orderKey(id), aliasKey(id)];
  for (const Key of keys) {
    const { Item } = await tables.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
    if (Item) return String(Item["orderId"]);
  }
  return undefined;
}

/** What the tables hold of an order, as it is now. */
export async function readItems(
  tables: DynamoDBDocumentClient,
  names: OrderTables,
  orderId: string,
): Promise<OrderItems> {
  const found: OrderItems = { announced: [], letters: [] };
  const pages = paginateQuery(
    { client: tables },
    {
      TableName: names.orders,
      KeyConditionExpression: "PK = :pk",
      ExpressionAttributeValues: { ":pk": orderPartition(orderId) },
      ConsistentRead: true,
    },
  );
  for await (const { Items = [] } of pages) {
    for (const item of Items) take(found, item);
  }
  const [charge, refund] = await Promise.all(
    [chargeKey(orderId), refundKey(orderId)].map((id) => entry(tables, names.payments, id)),
  );
  return { ...found, ...(charge && { charge }), ...(refund && { refund }) };
}

function take(found: OrderItems, item: Record<string, unknown>): void {
  const part = readSortKey(String(item["SK"]));
  if (part.kind === "order") found.order = orderOf(item);
  if (part.kind === "announced") found.announced.push(...versionsIn(item));
  if (part.kind !== "letter") return;
  const { claimedAt, sentAt, suppressed } = item;
  found.letters.push({
    channel: part.channel,
    version: part.version,
    claimedAt: String(claimedAt),
    ...(sentAt ? { sentAt: String(sentAt) } : {}),
    ...(suppressed ? { suppressed: String(suppressed) } : {}),
  });
}

async function entry(
  tables: DynamoDBDocumentClient,
  TableName: string,
  id: string,
): Promise<LedgerEntry | undefined> {
  const get = new GetCommand({ TableName, Key: { id }, ConsistentRead: true });
  return (await tables.send(get)).Item as LedgerEntry | undefined;
}
