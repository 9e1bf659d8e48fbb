import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { documentClient } from "../../shared/document-client.ts";
import { requireEnv } from "../../shared/env.ts";

/** The orders' table, and a client to reach it. */
export interface OrdersTable {
  client: DynamoDBDocumentClient;
  tableName: string;
}

/** The table that `ORDERS_TABLE` names. @throws Error when the variable is not set. */
export function ordersTable(): OrdersTable {
  return { client: documentClient(), tableName: requireEnv("ORDERS_TABLE") };
}
