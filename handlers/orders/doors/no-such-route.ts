import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { details } from "../../shared/contract.ts";
import { HttpError } from "../../shared/http-error.ts";
import { respond } from "../../shared/respond.ts";

/** Lambda entry point of an HTTP API's `$default` route: the gateway's own 404 is no problem document. */
export const handler = (event: APIGatewayProxyEventV2) =>
  respond(event, async () => {
    throw new HttpError("not_found", details.noRoute);
  });
