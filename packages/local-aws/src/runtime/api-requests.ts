import { answerNoApi } from "../gateway/no-such-api.ts";
import type { Answer } from "../kernel/listen.ts";
import { strangerOf } from "../kernel/strangers.ts";
import type { Store } from "../store/store.ts";
import type { RunningServices } from "./services.ts";

/**
 * Handles requests on the API port: the first part of a path names the API, of any kind. Foreign pages are
 * refused, except those of `origins`, and all requests while the disk of the store is full.
 */
export function apiRequests(
  { running }: Pick<RunningServices, "running">,
  store: Store,
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
    const { refusal } = store;
    if (refusal) {
      response.writeHead(503, { "content-type": "application/json", "retry-after": "1" });
      response.end(JSON.stringify({ message: `Service Unavailable: ${refusal}` }));
      return;
    }
    const [, apiId = ""] = (request.url ?? "/").split(/[/?]/);
    const gateway = gateways.find((one) => one.serves(apiId));
    if (gateway) return gateway.handle(request, response);
    const known = gateways.flatMap((one) => one.addresses());
    return answerNoApi(response, `/${apiId}`, known);
  };
}
