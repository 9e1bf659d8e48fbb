import { answerNoApi } from "../gateway/no-such-api.ts";
import type { Answer } from "../kernel/listen.ts";
import { strangerOf } from "../kernel/strangers.ts";
import type { RunningServices } from "./services.ts";

/**
 * Answers requests on the API port: the first part of a path names the API, of whichever kind. Pages from elsewhere are
 * refused, except those of `origins`.
 */
export function apiRequests(
  { running }: Pick<RunningServices, "running">,
  origins: readonly string[] = [],
): Answer {
  const gateways = [...running.values()].flatMap(({ requests }) => (requests ? [requests] : []));
  return (request, response) => {
    const stranger = strangerOf(request.headers, origins);
    if (stranger) {
      response.writeHead(403, { "content-type": "application/json" });
      response.end(JSON.stringify(stranger));
      return;
    }
    const [, apiId = ""] = (request.url ?? "/").split(/[/?]/);
    const gateway = gateways.find((one) => one.serves(apiId));
    if (gateway) return gateway.handle(request, response);
    const known = gateways.flatMap((one) => one.addresses());
    return answerNoApi(response, `/${apiId}`, known);
  };
}
