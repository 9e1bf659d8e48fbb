import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { documentClient } from "../../shared/document-client.ts";
import { requireEnv } from "../../shared/env.ts";
import { type OrderStore, orderStore } from "./orders.ts";

/** The orders' table as a function finds it in its environment. */
export interface AwsOrders {
  client: DynamoDBDocumentClient;
  tableName: string;
  /** Over how many keys the index spreads each status. */
  shards: number;
  orders: OrderStore;
}

/** Reads the environment that every function on orders has. @throws Error where it is not set. */
export function awsOrders(): AwsOrders {
  const client = documentClient();
  const tableName = requireEnv("ORDERS_TABLE");
  const shards = Number(requireEnv("ORDER_STATUS_SHARDS"));
  return { client, tableName, shards, orders: orderStore(client, tableName, shards) };
}
