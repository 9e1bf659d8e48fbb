import {
  BatchGetCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { TransientError } from "../../shared/step.ts";
import type { Order } from "../rules/order.ts";
import type { Companion } from "./orders.ts";

/** There are not as many pieces as the order asks for. */
export class OutOfStock extends Error {
  override readonly name = "OutOfStock";
}

/** Pieces of a product: free to be ordered, held for orders in the making, sold. */
export interface Product {
  productId: string;
  free: number;
  held: number;
  sold: number;
}

/** A product as the API shows it. */
export function productView({ productId, free, held, sold }: Product) {
  return { productId, stock: free, held, sold };
}

/** How many pieces of a product an order takes. */
export interface Pieces {
  productId: string;
  quantity: number;
}

/** Where pieces are counted. The writes are made together with the order's own change. */
export interface Stock {
  find(productId: string): Promise<Product | undefined>;
  /** Sets the free pieces of a product, which is tracked from then on. */
  set(productId: string, free: number, at: string): Promise<Product>;
  /** Writes that hold the pieces of an order. @throws OutOfStock where it is plain that there are too few. */
  hold(order: Order): Promise<Companion[]>;
  /** Writes that take the held pieces of an order for good, or give them back. */
  settle(order: Order, outcome: "sold" | "free"): Promise<Companion[]>;
}

/** Pieces by product, with the lines of one product taken together. */
export function piecesOf({ items = [] }: Pick<Order, "items">): Pieces[] {
  const quantities = new Map<string, number>();
  for (const { productId, quantity } of items) {
    quantities.set(productId, (quantities.get(productId) ?? 0) + quantity);
  }
  return [...quantities].map(([productId, quantity]) => ({ productId, quantity }));
}

/** Stock in the orders' table. `untrackedInStock`: whether there is always enough of a product that nobody counts. */
export function stockStore(
  client: DynamoDBDocumentClient,
  TableName: string,
  untrackedInStock: boolean,
): Stock {
  const key = (productId: string) => ({ PK: `PRODUCT#${productId}`, SK: `PRODUCT#${productId}` });
  const reservationKey = ({ orderId }: Order) => ({ PK: `ORDER#${orderId}`, SK: "STOCK" });
  const move = ({ productId, quantity }: Pieces, from: string, to: string): Companion => ({
    write: {
      Update: {
        TableName,
        Key: key(productId),
        UpdateExpression: "SET #from = #from - :quantity, #to = #to + :quantity",
        ConditionExpression: "#from >= :quantity",
        ExpressionAttributeNames: { "#from": from, "#to": to },
        ExpressionAttributeValues: { ":quantity": quantity },
      },
    },
    otherwise: () => new OutOfStock(`there are fewer than ${quantity} of ${productId}`),
  });

  return {
    find: async (productId) => {
      const get = new GetCommand({ TableName, Key: key(productId), ConsistentRead: true });
      const { Item } = await client.send(get);
      return Item as Product | undefined;
    },

    set: async (productId, free, at) => {
      const update = new UpdateCommand({
        TableName,
        Key: key(productId),
        UpdateExpression:
          "SET productId = :id, #free = :free, updatedAt = :at, " +
          "held = if_not_exists(held, :none), sold = if_not_exists(sold, :none)",
        // A word of DynamoDB's own.
        ExpressionAttributeNames: { "#free": "free" },
        ExpressionAttributeValues: { ":id": productId, ":free": free, ":at": at, ":none": 0 },
        ReturnValues: "ALL_NEW",
      });
      const { Attributes } = await client.send(update);
      return Attributes as Product;
    },

    hold: async (order) => {
      const wanted = piecesOf(order);
      if (wanted.length === 0) return [];
      const Keys = wanted.map(({ productId }) => key(productId));
      const batch = new BatchGetCommand({
        RequestItems: { [TableName]: { Keys, ConsistentRead: true } },
      });
      const { Responses, UnprocessedKeys } = await client.send(batch);
      if (Object.keys(UnprocessedKeys ?? {}).length > 0) {
        throw new TransientError("not every product could be read");
      }
      const tracked = new Map(
        (Responses?.[TableName] ?? []).map((item) => [item["productId"], item as Product]),
      );
      for (const { productId, quantity } of wanted) {
        const enough =
          (tracked.get(productId)?.free ?? (untrackedInStock ? quantity : 0)) >= quantity;
        if (!enough) throw new OutOfStock(`there are fewer than ${quantity} of ${productId}`);
      }
      const pieces = wanted.filter(({ productId }) => tracked.has(productId));
      if (pieces.length === 0) return [];
      const reservation = {
        Put: { TableName, Item: { ...reservationKey(order), orderId: order.orderId, pieces } },
      };
      return [{ write: reservation }, ...pieces.map((one) => move(one, "free", "held"))];
    },

    settle: async (order, outcome) => {
      if (order.stockStatus !== "HELD" || !order.items) return [];
      const get = new GetCommand({ TableName, Key: reservationKey(order), ConsistentRead: true });
      const { Item } = await client.send(get);
      const pieces = (Item?.["pieces"] ?? []) as Pieces[];
      return pieces.map((one) => move(one, "held", outcome));
    },
  };
}
