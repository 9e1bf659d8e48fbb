import { readFileSync } from "node:fs";
import type { ApiDocument } from "local-aws/console";
import type { Target } from "../target.ts";

/** The documents of the APIs, with the stack outputs that hold address and key. */
const APIS = [
  { name: "orders", url: "ordersApiUrl", key: "ordersApiKey" },
  { name: "orders-http", url: "ordersHttpApiUrl" },
  { name: "customers", url: "customersApiUrl", key: "customersApiKey" },
  { name: "ingest", url: "ingestApiUrl", key: "ingestApiKey" },
] as const;

/** The APIs that a stack has, each with its OpenAPI document. */
export function apiDocuments({ outputs }: Pick<Target, "outputs">): ApiDocument[] {
  return APIS.flatMap((api) => {
    const url = outputs[api.url];
    if (!url) return [];
    const key = "key" in api ? outputs[api.key] : undefined;
    const file = new URL(`../../docs/${api.name}.openapi.json`, import.meta.url);
    const document: unknown = JSON.parse(readFileSync(file, "utf8"));
    return [{ name: api.name, url, document, ...(key && { key }) }];
  });
}
