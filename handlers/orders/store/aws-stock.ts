import { documentClient } from "../../shared/document-client.ts";
import { requireEnv } from "../../shared/env.ts";
import { type Stock, stockStore } from "./stock.ts";

/** The stock as a function finds it in its environment. @throws Error where it is not set. */
export function awsStock(client = documentClient()): Stock {
  const untrackedInStock = requireEnv("UNTRACKED_IN_STOCK") === "true";
  return stockStore(client, requireEnv("ORDERS_TABLE"), untrackedInStock);
}
