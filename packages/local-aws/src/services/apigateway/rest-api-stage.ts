import type { IncomingMessage, ServerResponse } from "node:http";
import { renderAccessLog } from "../../gateway/access-log.ts";
import { notDurable } from "../../gateway/durable-answer.ts";
import { GatewayError, internalError } from "../../gateway/gateway-error.ts";
import { readGatewayRequest } from "../../gateway/gateway-request.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { ApiDefinition, ApiMethod } from "./api-definition.ts";
import { Exchange, type GatewayAnswer, type StageIdentity } from "./exchange.ts";
import { answerGatewayError } from "./gateway-responses.ts";
import { sendAnswer } from "./gateway-writer.ts";
import { IntegrationTemplates } from "./integration-request.ts";
import { callLambdaProxy } from "./lambda-proxy.ts";
import { answerMock } from "./mock-integration.ts";
import { RequestValidator } from "./request-validator.ts";
import { methodName } from "./rest-api-inputs.ts";
import { Router } from "./router.ts";
import { callService } from "./service-integration.ts";
import { EVERY_METHOD, StageThrottling } from "./stage-throttling.ts";
import type { UsagePlans } from "./usage-plans.ts";

/** Where a stage writes its access log. */
export interface AccessLog {
  format: string;
  write(line: string): void;
}

/** One request that a stage answered. Times are in milliseconds. */
export interface ServedRequest {
  stageName: string;
  httpMethod: string;
  /** Undefined where no method fits the request. */
  resourcePath?: string | undefined;
  /** Whether the stage's settings request metrics of this method. */
  detailed: boolean;
  status: number;
  latencyMs: number;
  /** Undefined where no integration was called. */
  integrationLatencyMs?: number | undefined;
}

/** The listeners of a stage. */
export interface StageOutlets {
  accessLog?: AccessLog | undefined;
  served?: (request: ServedRequest) => void;
}

/** A deployed stage of a REST API: what it serves is the definition at the time of its deployment. */
export class RestApiStage {
  readonly identity: StageIdentity;
  readonly definition: ApiDefinition;
  readonly throttling: StageThrottling;
  readonly accessLog: AccessLog | undefined;
  /** By `/path/METHOD`, or {@link EVERY_METHOD}: whether the method has metrics of its own. */
  readonly detailedMetrics = new Map<string, boolean>();
  readonly #served: StageOutlets["served"];
  readonly #kernel: Kernel;
  readonly #usagePlans: UsagePlans;
  readonly #router: Router;
  readonly #integrate: ReadonlyMap<ApiMethod, (exchange: Exchange) => Promise<GatewayAnswer>>;
  readonly #validators: ReadonlyMap<ApiMethod, RequestValidator>;

  constructor(
    kernel: Kernel,
    usagePlans: UsagePlans,
    identity: StageIdentity,
    definition: ApiDefinition,
    { accessLog, served }: StageOutlets = {},
  ) {
    this.#kernel = kernel;
    this.#usagePlans = usagePlans;
    this.identity = identity;
    this.definition = definition;
    this.accessLog = accessLog;
    this.#served = served;
    this.throttling = new StageThrottling(kernel.clock);
    this.#router = new Router(definition.methods);
    const { methods } = definition;
    this.#integrate = new Map(methods.map((method) => [method, this.#integrationOf(method)]));
    this.#validators = new Map(methods.map((method) => [method, new RequestValidator(method)]));
  }

  /**
   * Handles one request; never throws.
   *
   * @param path percent-encoded, without the API and the stage.
   */
  async handle(
    message: IncomingMessage,
    response: ServerResponse,
    path: string,
    query: string,
  ): Promise<void> {
    const began = this.#kernel.clock.now();
    let received: Awaited<ReturnType<typeof readGatewayRequest>>;
    try {
      // As on AWS, slashes after the stage count as one.
      received = await readGatewayRequest(message, path.replace(/^\/+/, "/"), query);
    } catch {
      // The client closed the connection, or sent less than it announced: there is no request to respond to.
      response.destroy();
      return;
    }
    const exchange = new Exchange(this.#kernel, this.identity, received.request, path);
    let failure: GatewayError | undefined;
    let answer: GatewayAnswer;
    try {
      if (received.refusal) throw received.refusal;
      answer = await this.#answer(exchange);
      // Where nothing was called there is no trace.
      if (exchange.method?.integration.type !== "mock") {
        answer.headers.push(["X-Amzn-Trace-Id", exchange.answeredTraceId]);
      }
    } catch (error) {
      failure = error instanceof GatewayError ? error : bug(error);
      answer = answerGatewayError(failure, exchange, this.definition.gatewayResponses);
    }
    const problem = await notDurable(this.#kernel.store);
    if (problem) {
      failure = unavailable(problem);
      answer = answerGatewayError(failure, exchange, this.definition.gatewayResponses);
    }
    const omitted = sendAnswer(response, answer, exchange);
    const latency = this.#kernel.clock.now() - began;
    this.#trace(exchange, answer, latency, failure?.reason ?? omitted);
    this.#log(exchange, answer, latency, failure);
    this.#tell(exchange, answer.status, latency);
  }

  async #answer(exchange: Exchange): Promise<GatewayAnswer> {
    const { request, stage } = exchange;
    const match = this.#router.match(request.httpMethod, request.path);
    if (!match) throw new GatewayError("MISSING_AUTHENTICATION_TOKEN", { reason: "no such route" });
    exchange.enter(match);
    const { method } = match;
    const name = methodName(method);
    if (method.apiKeyRequired) {
      const key = this.#usagePlans.admit({
        apiId: stage.apiId,
        stage: stage.stageName,
        method: name,
        keys: request.headers.all("x-api-key"),
      });
      exchange.identify(key.value, key.id);
    }
    this.throttling.admit(name);
    await this.#validators.get(method)?.check(exchange);

    const began = this.#kernel.clock.now();
    try {
      const integrate = this.#integrate.get(method) ?? this.#integrationOf(method);
      const answer = await integrate(exchange);
      exchange.context["integrationStatus"] = answer.status;
      return answer;
    } finally {
      exchange.context["integrationLatency"] = this.#kernel.clock.now() - began;
    }
  }

  #integrationOf(method: ApiMethod): (exchange: Exchange) => Promise<GatewayAnswer> {
    const kernel = this.#kernel;
    const { integration } = method;
    if (integration.type === "lambda-proxy") {
      const { binaryMediaTypes } = this.definition;
      return (exchange) => callLambdaProxy(kernel, integration, exchange, binaryMediaTypes);
    }
    const templates = new IntegrationTemplates(integration);
    if (integration.type === "mock") {
      return (exchange) => answerMock(integration, templates, exchange);
    }
    return (exchange) => callService(kernel, integration, templates, exchange);
  }

  #trace(exchange: Exchange, { status }: GatewayAnswer, latency: number, reason?: string): void {
    const { httpMethod, path } = exchange.request;
    const outcome = `${status} in ${latency} ms`;
    this.#kernel.trace.emit({
      from: "you",
      to: `${this.identity.apiId}/${this.identity.stageName} ${httpMethod} ${path}`,
      kind: "execute-api:Invoke",
      requestId: exchange.requestId,
      decision: status >= 500 ? "failed" : status === 403 || status === 429 ? "denied" : "allowed",
      detail: reason ? `${outcome}: ${reason}` : outcome,
    });
  }

  #tell({ request, method, context }: Exchange, status: number, latencyMs: number): void {
    const { integrationLatency } = context;
    const { detailedMetrics } = this;
    const setting = method && detailedMetrics.get(methodName(method));
    this.#served?.({
      stageName: this.identity.stageName,
      httpMethod: request.httpMethod,
      resourcePath: method?.resourcePath,
      detailed: setting ?? detailedMetrics.get(EVERY_METHOD) ?? false,
      status,
      latencyMs,
      integrationLatencyMs:
        integrationLatency === undefined ? undefined : Number(integrationLatency),
    });
  }

  #log(
    { context, traceId }: Exchange,
    { status, body }: GatewayAnswer,
    responseLatency: number,
    failure: GatewayError | undefined,
  ): void {
    if (!this.accessLog) return;
    const { integrationLatency: latency, integrationStatus } = context;
    const line = renderAccessLog(this.accessLog.format, {
      ...context,
      status,
      responseLatency,
      responseLength: Buffer.byteLength(body),
      xrayTraceId: traceId,
      integrationErrorMessage: latency === undefined ? undefined : failure?.reason,
      integration: { latency, status: integrationStatus, integrationStatus },
    });
    this.accessLog.write(line);
  }
}

function unavailable(reason: string): GatewayError {
  return new GatewayError("DEFAULT_5XX", { status: 503, message: "Service Unavailable", reason });
}

function bug(error: unknown): GatewayError {
  console.error(error);
  return internalError("the local runtime failed; see its console");
}
