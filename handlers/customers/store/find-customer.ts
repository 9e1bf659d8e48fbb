import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { documentClient } from "../../shared/document-client.ts";
import { requireEnv } from "../../shared/env.ts";
import type { Customer } from "../contract.ts";

/** Finds customers in the table, as the last write left them. */
export function customerFinder(): (id: string) => Promise<Customer | undefined> {
  const TableName = requireEnv("CUSTOMERS_TABLE");
  const dynamo = documentClient();
  return async (id) => {
    // A client that got a 201 must find its customer immediately.
    const query = new GetCommand({ TableName, Key: { id }, ConsistentRead: true });
    const { Item } = await dynamo.send(query);
    return Item as Customer | undefined;
  };
}
