import { customersApi } from "./customers.ts";
import { ingestApi } from "./ingest.ts";
import { ordersApi } from "./orders.ts";
import { ordersHttpApi } from "./orders-http.ts";
import { publicDocument } from "./public-document.ts";
import type { Json } from "./schemas.ts";

/** The public document of every API, by its file name in `docs/`. */
export function apiDocuments(): Record<string, Json> {
  const apis = [customersApi, ingestApi(false), ordersApi, ordersHttpApi];
  return Object.fromEntries(apis.map((api) => [`${api.name}.openapi.json`, publicDocument(api)]));
}
