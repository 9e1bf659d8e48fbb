import { sleep } from "../../kernel/clock.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { gatewayAnswer, readHttpAnswer } from "./http-answer.ts";
import type { HttpExchange } from "./http-event.ts";
import type { RouteMatch } from "./routes.ts";
import type { Outcome } from "./served-request.ts";

/** The function that a route calls. */
export interface Integration {
  functionArn: string;
  timeoutMs: number;
}

/** Calls the route's function and reads its response; a failure is a response as well. */
export async function callFunction(
  kernel: Kernel,
  route: RouteMatch<Integration>,
  event: object,
  exchange: HttpExchange,
): Promise<Outcome> {
  const began = kernel.clock.now();
  const outcome = await invoke(kernel, route, event, exchange);
  return { ...outcome, integrationLatencyMs: kernel.clock.now() - began };
}

async function invoke(
  { dispatcher, clock, region, account }: Kernel,
  { routeKey, value: { functionArn, timeoutMs } }: RouteMatch<Integration>,
  event: object,
  { apiId, stage, requestId }: HttpExchange,
): Promise<Outcome> {
  const place = routeKey.replace(" ", "");
  const sourceArn = `arn:aws:execute-api:${region}:${account}:${apiId}/${stage}/${place}`;
  const input = { FunctionName: functionArn, Payload: JSON.stringify(event) };
  const caller = { kind: "service", principal: "apigateway.amazonaws.com", sourceArn } as const;
  const stop = new AbortController();
  try {
    const invoking = dispatcher.call<{ Payload: string; FunctionError?: string }>(
      "lambda",
      "Invoke",
      input,
      caller,
      requestId,
      { signal: stop.signal },
    );
    const overdue = sleep(clock, timeoutMs, stop.signal).then(() => undefined);
    overdue.catch(() => {});
    const outcome = await Promise.race([invoking, overdue]);
    if (!outcome) {
      const why = `the function did not respond within ${timeoutMs} ms`;
      return { answer: gatewayAnswer(503, "Service Unavailable"), why };
    }
    const answer = outcome.FunctionError ? undefined : readHttpAnswer(outcome.Payload);
    if (answer) return { answer };
    const why = `the function failed: ${outcome.Payload}`;
    return { answer: gatewayAnswer(500, "Internal Server Error"), why };
  } catch (error) {
    return { answer: gatewayAnswer(500, "Internal Server Error"), why: (error as Error).message };
  } finally {
    stop.abort();
  }
}
