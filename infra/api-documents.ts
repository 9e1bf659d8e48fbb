import { publicDocument } from "./aws/openapi/public-document.ts";
import type { Json } from "./aws/openapi/schemas.ts";
import { customersApi } from "./customers/api.ts";
import { ingestApi } from "./ingest/api.ts";
import { ordersHttpApi } from "./orders/http-api.ts";
import { ordersApi } from "./orders/rest-api.ts";

/** The public document of every API, by its file name in `docs/`. */
export function apiDocuments(): Record<string, Json> {
  const apis = [customersApi, ingestApi(false), ordersApi, ordersHttpApi];
  return Object.fromEntries(apis.map((api) => [`${api.name}.openapi.json`, publicDocument(api)]));
}
