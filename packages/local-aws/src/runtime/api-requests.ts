import type { IncomingMessage, ServerResponse } from "node:http";
import type { RestApis } from "../services/apigateway/rest-apis.ts";
import type { HttpApis } from "../services/apigatewayv2/http-apis.ts";

/** Answers requests on the API port: the first part of a path names the API, of either kind. */
export function apiRequests(
  restApis: RestApis,
  httpApis: HttpApis,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const [, apiId = ""] = (request.url ?? "/").split(/[/?]/);
    // What belongs to no API is for the REST APIs to turn away: they say which there are.
    void (httpApis.serves(apiId) ? httpApis : restApis).handle(request, response);
  };
}
