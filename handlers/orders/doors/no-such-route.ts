import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { details } from "../../shared/contract.ts";
import { HttpError } from "../../shared/http-error.ts";
import { respond } from "../../shared/respond.ts";

// What the API's own CORS configuration allows, for a preflight that reaches this route anyway.
const PREFLIGHT = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "GET,POST,OPTIONS",
  "access-control-allow-headers": "authorization,content-type,idempotency-key,x-correlation-id",
  "access-control-max-age": "86400",
};

/**
 * Lambda entry point of an HTTP API's `$default` route: the gateway's own 404 is not a problem document. Preflights get
 * 204, whatever their path.
 */
export const handler = async (event: APIGatewayProxyEventV2) => {
  if (event.requestContext.http.method === "OPTIONS") {
    return { statusCode: 204, headers: PREFLIGHT, body: "" };
  }
  return respond(event, async () => {
    throw new HttpError("not_found", details.noRoute);
  });
};
