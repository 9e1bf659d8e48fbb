import { GetCommand } from "@aws-sdk/lib-dynamodb";
import type { Order } from "../rules/order.ts";
import { type Pieces, piecesOf, priceErrors } from "../rules/product.ts";
import { productKey, reservationKey } from "./keys.ts";
import type { Companion } from "./orders.ts";
import type { OrdersTable } from "./orders-table.ts";
import { products } from "./products.ts";

/** There are fewer units in stock than the order needs. */
export class OutOfStock extends Error {
  override readonly name = "OutOfStock";
}

/** A line's price is not the product's. */
export class PriceChanged extends Error {
  override readonly name = "PriceChanged";
}

/** Writes that hold an order's units. @throws PriceChanged, or OutOfStock where there are too few already. */
export type HoldStock = (order: Order) => Promise<Companion[]>;

/** Writes that sell the units that an order holds, or free them. */
export type SettleStock = (order: Order, outcome: "sold" | "free") => Promise<Companion[]>;

/** Rules for products without stock or price. */
export interface ProductPolicy {
  /** Whether untracked products always count as in stock. */
  untrackedInStock: boolean;
  /** Whether products without a price may be ordered, at the price that the client names. */
  unpricedProducts: boolean;
}

/** Holds units in the orders' table, in one transaction with the order's own change. */
export function holdStock(
  table: OrdersTable,
  { untrackedInStock, unpricedProducts }: ProductPolicy,
): HoldStock {
  return async (order) => {
    const wanted = piecesOf(order);
    const tracked = await products(table).findAll(wanted.map(({ productId }) => productId));
    // The keyed API has checked the prices already, and an order that it has stored keeps its price.
    const [wrongPrice] = order.door === "rest" ? [] : priceErrors(order, tracked, unpricedProducts);
    if (wrongPrice) throw new PriceChanged(`${wrongPrice.pointer} ${wrongPrice.message}`);
    for (const { productId, quantity } of wanted) {
      const otherwise = untrackedInStock ? quantity : 0;
      const free = tracked.get(productId)?.free ?? otherwise;
      if (free < quantity) throw outOfStock({ productId, quantity });
    }
    const pieces = wanted.filter(({ productId }) => tracked.has(productId));
    if (pieces.length === 0) return [];
    const { orderId } = order;
    const Item = { ...reservationKey(orderId), orderId, pieces };
    const reservation = { Put: { TableName: table.tableName, Item } };
    const moves = pieces.map((one) => move(table.tableName, one, "free", "held"));
    return [{ write: reservation }, ...moves];
  };
}

/** Sells or frees units in the orders' table, in one transaction with the order's own change. */
export function settleStock({ client, tableName: TableName }: OrdersTable): SettleStock {
  return async (order, outcome) => {
    if (order.stockStatus !== "HELD" || !order.items) return [];
    const Key = reservationKey(order.orderId);
    const { Item } = await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
    const pieces = (Item?.["pieces"] ?? []) as Pieces[];
    return pieces.map((one) => move(TableName, one, "held", outcome));
  };
}

function move(TableName: string, pieces: Pieces, from: string, to: string): Companion {
  return {
    write: {
      Update: {
        TableName,
        Key: productKey(pieces.productId),
        UpdateExpression: "SET #from = #from - :quantity, #to = #to + :quantity",
        ConditionExpression: "#from >= :quantity",
        ExpressionAttributeNames: { "#from": from, "#to": to },
        ExpressionAttributeValues: { ":quantity": pieces.quantity },
      },
    },
    otherwise: () => outOfStock(pieces),
  };
}

function outOfStock({ productId, quantity }: Pieces): OutOfStock {
  return new OutOfStock(`fewer than ${quantity} units of ${productId} are in stock`);
}
