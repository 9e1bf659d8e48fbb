import { answerNoApi } from "../gateway/no-such-api.ts";
import type { Answer } from "../kernel/listen.ts";
import type { RunningServices } from "./services.ts";

/** Answers requests on the API port: the first part of a path names the API, of whichever kind. */
export function apiRequests({ running }: Pick<RunningServices, "running">): Answer {
  const gateways = [...running.values()].flatMap(({ requests }) => (requests ? [requests] : []));
  return (request, response) => {
    const [, apiId = ""] = (request.url ?? "/").split(/[/?]/);
    const gateway = gateways.find((one) => one.serves(apiId));
    if (gateway) return gateway.handle(request, response);
    const known = gateways.flatMap((one) => one.addresses());
    return answerNoApi(response, `/${apiId}`, known);
  };
}
