import { GatewayError, internalError } from "../../gateway/gateway-error.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { Caller } from "../../kernel/service.ts";
import { ServiceError } from "../../kernel/service-error.ts";
import type { LambdaProxyIntegration } from "./api-definition.ts";
import { assumeRole, GATEWAY_PRINCIPAL } from "./assume-role.ts";
import { withinDeadline } from "./deadline.ts";
import type { Exchange, GatewayAnswer } from "./exchange.ts";
import { proxyEvent } from "./proxy-event.ts";
import { readProxyResponse } from "./proxy-response.ts";

interface Invocation {
  Payload?: string;
  FunctionError?: string;
}

/**
 * Invokes the function of a proxy integration, and reads its response.
 *
 * @throws GatewayError 500 when the function may not or cannot be invoked, 502 when it fails or returns a malformed response, 504
 * when it is too slow.
 */
export async function callLambdaProxy(
  kernel: Kernel,
  integration: LambdaProxyIntegration,
  exchange: Exchange,
  binaryMediaTypes: readonly string[],
): Promise<GatewayAnswer> {
  const { functionArn, timeoutMs } = integration;
  const event = JSON.stringify(proxyEvent(exchange, binaryMediaTypes));
  const caller = callerOf(kernel, integration, exchange);
  const invoke = (signal: AbortSignal) =>
    kernel.dispatcher.call<Invocation>(
      "lambda",
      "Invoke",
      { FunctionName: functionArn, InvocationType: "RequestResponse", Payload: event },
      caller,
      exchange.requestId,
      { signal },
    );
  let invocation: Invocation;
  try {
    invocation = await withinDeadline(kernel.clock, timeoutMs, invoke);
  } catch (error) {
    throw error instanceof ServiceError ? refusal(error) : error;
  }
  const payload = invocation.Payload ?? "";
  if (invocation.FunctionError) throw internalError(`the function failed: ${payload}`, 502);
  return readProxyResponse(payload, exchange.request.headers.last("accept"), binaryMediaTypes);
}

function callerOf(
  kernel: Kernel,
  { credentials }: LambdaProxyIntegration,
  { stage, request, context }: Exchange,
): Caller {
  if (credentials) return assumeRole(kernel, credentials);
  const api = `arn:aws:execute-api:${kernel.region}:${kernel.account}:${stage.apiId}`;
  const method = `${stage.stageName}/${request.httpMethod}${context["resourcePath"]}`;
  return {
    kind: "service",
    principal: GATEWAY_PRINCIPAL,
    sourceArn: `${api}/${method}`,
  };
}

function refusal({ code, message, status }: ServiceError): GatewayError {
  const reason = `the function cannot be invoked: ${code}: ${message}`;
  // The function's limit is 6 MB, below the gateway's.
  return status === 413 ? new GatewayError("REQUEST_TOO_LARGE", { reason }) : internalError(reason);
}
