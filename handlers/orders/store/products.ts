import {
  BatchGetCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { TransientError } from "../../shared/transient-error.ts";
import type { Price, Product } from "../rules/product.ts";
import { CATALOGUE, catalogueKey, productKey } from "./keys.ts";
import type { OrdersTable } from "./orders-table.ts";

/** Products whose stock is tracked. */
export interface Products {
  find(productId: string): Promise<Product | undefined>;
  /** Those of these products that are tracked, by id. At most 100 ids. */
  findAll(productIds: string[]): Promise<Map<string, Product>>;
  /** Tracked products by id, a page at a time. A moment may pass before a change shows. */
  page(limit: number, after?: string): Promise<ProductPage>;
  /** Sets what a product offers; it is tracked, and in the catalogue, from then on. */
  set(productId: string, offer: Offer, at: string): Promise<Product>;
}

/** One page of the catalogue. */
export interface ProductPage {
  products: Product[];
  /** Id that the next page follows; undefined on the last page. */
  next?: string | undefined;
}

/** The settings of a product. Without a price or name, the product keeps the one that it has. */
export interface Offer {
  free: number;
  price?: Price | undefined;
  name?: string | undefined;
}

/** Products in the orders' table. */
export function products({ client, tableName: TableName }: OrdersTable): Products {
  /** @throws TransientError when DynamoDB leaves some of the keys unprocessed. */
  const findAll = async (productIds: string[], options: { ConsistentRead?: boolean }) => {
    if (productIds.length === 0) return new Map<string, Product>();
    const Keys = productIds.map(productKey);
    const RequestItems = { [TableName]: { Keys, ...options } };
    const { Responses, UnprocessedKeys } = await client.send(new BatchGetCommand({ RequestItems }));
    if (Object.keys(UnprocessedKeys ?? {}).length > 0) {
      throw new TransientError("DynamoDB left keys of BatchGetItem unprocessed");
    }
    const found = (Responses?.[TableName] ?? []) as Product[];
    return new Map(found.map((product) => [product.productId, product]));
  };
  return {
    find: async (productId) => {
      const Key = productKey(productId);
      const { Item } = await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
      return Item as Product | undefined;
    },

    findAll: (productIds) => findAll(productIds, { ConsistentRead: true }),

    page: async (limit, after) => {
      const query = new QueryCommand({
        TableName,
        KeyConditionExpression: "PK = :catalogue",
        ExpressionAttributeValues: { ":catalogue": CATALOGUE },
        ProjectionExpression: "SK",
        Limit: limit,
        ...(after && { ExclusiveStartKey: catalogueKey(after) }),
      });
      const { Items = [], LastEvaluatedKey } = await client.send(query);
      const ids = Items.map(({ SK }) => String(SK));
      const found = await findAll(ids, {});
      const products = ids.flatMap((id) => found.get(id) ?? []);
      return { products, next: LastEvaluatedKey && ids.at(-1) };
    },

    set: async (productId, { free, price, name }, at) => {
      const update = new UpdateCommand({
        TableName,
        Key: productKey(productId),
        UpdateExpression:
          "SET productId = :id, #free = :free, updatedAt = :at, " +
          "held = if_not_exists(held, :none), sold = if_not_exists(sold, :none)" +
          (price ? ", price = :price" : "") +
          (name ? ", #name = :name" : ""),
        // `free` and `name` are reserved words of DynamoDB.
        ExpressionAttributeNames: { "#free": "free", ...(name && { "#name": "name" }) },
        ExpressionAttributeValues: {
          ":id": productId,
          ":free": free,
          ":at": at,
          ":none": 0,
          ...(price && { ":price": price }),
          ...(name && { ":name": name }),
        },
        ReturnValues: "ALL_NEW",
      });
      const { Attributes } = await client.send(update);
      // Last, so that a request that fails first changes nothing; one that fails here is sent again.
      await client.send(new PutCommand({ TableName, Item: catalogueKey(productId) }));
      return Attributes as Product;
    },
  };
}
