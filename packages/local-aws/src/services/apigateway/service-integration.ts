import { internalError } from "../../gateway/gateway-error.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { errorType } from "../../kernel/models/error-names.ts";
import { modelOf } from "../../kernel/models/service-model.ts";
import { parseJson } from "../../kernel/nesting.ts";
import type { Caller } from "../../kernel/service.ts";
import { ServiceError } from "../../kernel/service-error.ts";
import type { ServiceIntegration } from "./api-definition.ts";
import { assumeRole } from "./assume-role.ts";
import { withinDeadline } from "./deadline.ts";
import type { Exchange, GatewayAnswer } from "./exchange.ts";
import type { IntegrationTemplates } from "./integration-request.ts";
import { type BackendAnswer, mapIntegrationResponse } from "./integration-response.ts";
import { evaluateExpression } from "./mapping-expression.ts";
import { mediaType } from "./media-type.ts";
import { readSendMessage, writeSendMessage, writeSqsError } from "./sqs-query.ts";

const JSON_PROTOCOL = "application/x-amz-json-1.0";

interface BackendRequest {
  /** By lower-case name. */
  headers: Record<string, string>;
  query: [name: string, value: string][];
  body: string;
}

/**
 * Calls an AWS service with the integration's role, and maps its response.
 *
 * @throws GatewayError from templates, timeouts and mappings; errors of the service are responses to map.
 */
export async function callService(
  kernel: Kernel,
  integration: ServiceIntegration,
  templates: IntegrationTemplates,
  exchange: Exchange,
): Promise<GatewayAnswer> {
  const request = await buildRequest(integration, templates, exchange);
  const caller = assumeRole(kernel, integration.credentials);
  const { target, timeoutMs } = integration;
  const call = () =>
    target.service === "sqs"
      ? callSqs(kernel, target, request, caller, exchange)
      : callJson(kernel, "states", target.action, request, caller, exchange);
  const backend = await withinDeadline(kernel.clock, timeoutMs, call);
  return mapIntegrationResponse(backend, integration.responses, templates, exchange);
}

// The gateway writes these headers of an integration itself.
const OWN_HEADERS = new Set([
  "authorization",
  "connection",
  "content-length",
  "expect",
  "proxy-authenticate",
  "te",
  "transfer-encoding",
]);

/** Headers of the client do not travel on: a service sees what is mapped, and API Gateway's own. */
async function buildRequest(
  { requestParameters }: ServiceIntegration,
  templates: IntegrationTemplates,
  exchange: Exchange,
): Promise<BackendRequest> {
  const { body, requestOverride } = await templates.requestBody(exchange);
  const headers: Record<string, string> = {
    accept: "application/json",
    "content-type": exchange.request.headers.last("content-type") ?? "application/json",
  };
  const query = new Map<string, string>();
  const put = (place: string, name: string, value: string) => {
    const lowerCase = name.toLowerCase();
    if (place === "header" && OWN_HEADERS.has(lowerCase)) {
      throw internalError(`no mapping may set the header ${name} of an integration`);
    }
    if (place === "header") headers[lowerCase] = value;
    // The address of a service has no part that a mapping could set.
    else if (place === "querystring") query.set(name, value);
  };
  for (const [target, expression] of Object.entries(requestParameters)) {
    const [, place = "", name = ""] = /^integration\.request\.(\w+)\.(.+)$/.exec(target) ?? [];
    const value = evaluateExpression(expression, exchange);
    if (value !== undefined) put(place, name, value);
  }
  for (const [place, values] of Object.entries(requestOverride ?? {})) {
    for (const [name, value] of Object.entries(values)) put(place, name, String(value));
  }
  return { headers, query: [...query], body };
}

// The client that API Gateway calls SQS with is told by headers alone which of the two protocols it speaks.
function callSqs(
  kernel: Kernel,
  target: { account: string; queue: string },
  request: BackendRequest,
  caller: Caller,
  exchange: Exchange,
): Promise<BackendAnswer> {
  const [, action] = /^AmazonSQS\.(\w+)$/.exec(request.headers["x-amz-target"] ?? "") ?? [];
  return action && mediaType(request.headers["content-type"]) === JSON_PROTOCOL
    ? callJson(kernel, "sqs", action, request, caller, exchange)
    : sendToQueue(kernel, target, request, caller, exchange);
}

async function sendToQueue(
  kernel: Kernel,
  target: { account: string; queue: string },
  { headers, query, body }: BackendRequest,
  caller: Caller,
  exchange: Exchange,
): Promise<BackendAnswer> {
  const asJson = mediaType(headers["accept"]) === "application/json";
  const contentType = asJson ? "application/json" : "text/xml";
  const answer = (status: number, text: string) => ({
    status,
    headers: { "content-type": contentType, "x-amzn-requestid": exchange.requestId },
    body: text,
  });
  try {
    // Without this content type SQS does not read the body, and finds no action.
    const isForm = mediaType(headers["content-type"]) === "application/x-www-form-urlencoded";
    const form = [new URLSearchParams(query).toString(), isForm ? body : ""].filter(Boolean);
    const input = readSendMessage(
      form.join("&"),
      `http://localhost/${target.account}/${target.queue}`,
    );
    const sent = await kernel.dispatcher.call<object>(
      "sqs",
      "SendMessage",
      input,
      caller,
      exchange.requestId,
    );
    return answer(200, writeSendMessage(sent, exchange.requestId, asJson));
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    noteFailure(kernel, exchange, `sqs:${target.queue}`, error);
    return answer(error.status, writeSqsError(error, exchange.requestId, asJson));
  }
}

async function callJson(
  kernel: Kernel,
  service: "sqs" | "states",
  action: string,
  { body }: BackendRequest,
  caller: Caller,
  exchange: Exchange,
): Promise<BackendAnswer> {
  const headers = { "content-type": JSON_PROTOCOL };
  try {
    const output = await kernel.dispatcher.call(
      service,
      action,
      readInput(body),
      caller,
      exchange.requestId,
    );
    return { status: 200, headers, body: JSON.stringify(output ?? {}) };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    noteFailure(kernel, exchange, `${service}:${action}`, error);
    const { message, status } = error;
    const __type = errorType({ service, model: modelOf(service) }, error);
    return { status, headers, body: JSON.stringify({ __type, message }) };
  }
}

function readInput(body: string): object {
  let input: unknown;
  try {
    input = parseJson(body);
  } catch {
    throw new ServiceError("SerializationException", "the rendered body is not JSON");
  }
  if (typeof input === "object" && input !== null) return input;
  throw new ServiceError("SerializationException", "the rendered body is not an object");
}

// The client sees what the integration responses produce, which is often nothing.
function noteFailure(kernel: Kernel, exchange: Exchange, to: string, error: ServiceError): void {
  kernel.trace.emit({
    from: exchange.stage.apiId,
    to,
    kind: "apigateway:integration",
    requestId: exchange.requestId,
    decision: "failed",
    detail: `${error.code}: ${error.message}`,
  });
}
