import { BatchGetCommand, GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { TransientError } from "../../shared/transient-error.ts";
import type { Price, Product } from "../rules/product.ts";
import { productKey } from "./keys.ts";
import type { OrdersTable } from "./orders-table.ts";

/** Products whose stock is tracked. */
export interface Products {
  find(productId: string): Promise<Product | undefined>;
  /** Those of these products that are tracked, by id. At most 100 ids. */
  findAll(productIds: string[]): Promise<Map<string, Product>>;
  /** Sets the free units of a product, which is tracked from then on, and its price; undefined keeps its price. */
  set(productId: string, free: number, price: Price | undefined, at: string): Promise<Product>;
}

/** Products in the orders' table. */
export function products({ client, tableName: TableName }: OrdersTable): Products {
  return {
    find: async (productId) => {
      const Key = productKey(productId);
      const { Item } = await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
      return Item as Product | undefined;
    },

    findAll: async (productIds) => {
      if (productIds.length === 0) return new Map();
      const Keys = productIds.map(productKey);
      const RequestItems = { [TableName]: { Keys, ConsistentRead: true } };
      const { Responses, UnprocessedKeys } = await client.send(
        new BatchGetCommand({ RequestItems }),
      );
      if (Object.keys(UnprocessedKeys ?? {}).length > 0) {
        throw new TransientError("DynamoDB left keys of BatchGetItem unprocessed");
      }
      const found = (Responses?.[TableName] ?? []) as Product[];
      return new Map(found.map((product) => [product.productId, product]));
    },

    set: async (productId, free, price, at) => {
      const update = new UpdateCommand({
        TableName,
        Key: productKey(productId),
        UpdateExpression:
          "SET productId = :id, #free = :free, updatedAt = :at, " +
          "held = if_not_exists(held, :none), sold = if_not_exists(sold, :none)" +
          (price ? ", price = :price" : ""),
        // `free` is a reserved word of DynamoDB.
        ExpressionAttributeNames: { "#free": "free" },
        ExpressionAttributeValues: {
          ":id": productId,
          ":free": free,
          ":at": at,
          ":none": 0,
          ...(price && { ":price": price }),
        },
        ReturnValues: "ALL_NEW",
      });
      const { Attributes } = await client.send(update);
      return Attributes as Product;
    },
  };
}
