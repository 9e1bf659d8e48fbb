import type { IncomingMessage, ServerResponse } from "node:http";
import { renderAccessLog } from "../../gateway/access-log.ts";
import { notDurable } from "../../gateway/durable-answer.ts";
import { type GatewayRequest, readGatewayRequest } from "../../gateway/gateway-request.ts";
import { TokenBucket } from "../../gateway/token-bucket.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { RecordedResource } from "../../program/recorded.ts";
import { type Cors, preflightAnswer, withCors } from "./cors.ts";
import { callFunction, type Integration } from "./function-integration.ts";
import { gatewayAnswer, type HttpAnswer, refusedAnswer } from "./http-answer.ts";
import { clfTime, type HttpExchange, httpEvent } from "./http-event.ts";
import { Routes } from "./routes.ts";
import type { Outcome, ServedHttpRequest } from "./served-request.ts";

interface Stage {
  name: string;
  bucket: TokenBucket | undefined;
  /** Whether each route has metrics of its own. */
  detailed: boolean;
  accessLog: { destinationArn: string; format: string } | undefined;
}

interface HttpApi {
  id: string;
  cors: Cors | undefined;
  routes: Routes<Integration>;
  integrations: Map<string, Integration>;
  stages: Map<string, Stage>;
}

/** Takes one line of a stage's access log. */
export type WriteLog = (logGroupArn: string, stream: string, line: string) => void;

const MAX_TIMEOUT_MS = 30_000;
const DEFAULT_STAGE = "$default";

/** The HTTP APIs of the stack, each served below `/<apiId>`, or `/<apiId>/<stage>` for a named stage. */
export class HttpApis {
  readonly #kernel: Kernel;
  readonly #writeLog: WriteLog;
  readonly #apis = new Map<string, HttpApi>();
  readonly #listeners = new Set<(request: ServedHttpRequest) => void>();

  constructor(kernel: Kernel, writeLog: WriteLog = () => {}) {
    this.#kernel = kernel;
    this.#writeLog = writeLog;
  }

  /** Where the stages are. */
  addresses(): string[] {
    return [...this.#apis.values()].flatMap(({ id, stages }) =>
      [...stages.keys()].map((name) => (name === DEFAULT_STAGE ? `/${id}` : `/${id}/${name}`)),
    );
  }

  /** Whether an HTTP API has this id, the first part of a request's path. */
  serves(apiId: string): boolean {
    return this.#apis.has(apiId);
  }

  /** Calls back after every request that a stage answered; the answer stops it. */
  onServed(listener: (request: ServedHttpRequest) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Creates an `aws:apigatewayv2/api:Api`. @throws Error that starts with the resource's name. */
  provisionApi({ name, id, inputs }: RecordedResource): void {
    const { protocolType, corsConfiguration: cors } = inputs as {
      protocolType: string;
      corsConfiguration?: Cors;
    };
    if (protocolType !== "HTTP")
      throw new Error(`${name}: protocolType ${protocolType} is not supported; use HTTP`);
    if (this.#apis.has(id)) throw new Error(`${name}: there is an API ${id} already`);
    this.#apis.set(id, {
      id,
      cors,
      routes: new Routes(),
      integrations: new Map(),
      stages: new Map(),
    });
  }

  /** Creates an `aws:apigatewayv2/integration:Integration`. @throws Error that starts with the resource's name. */
  provisionIntegration(resource: RecordedResource): void {
    const { integrationType, integrationUri, payloadFormatVersion, timeoutMilliseconds } =
      resource.inputs as Record<string, string> & { timeoutMilliseconds?: number };
    const { name } = resource;
    const functionArn = /arn:aws:lambda:[^/]*:function:[^/:]+(?::[\w$-]+)?/.exec(
      integrationUri ?? "",
    )?.[0];
    if (integrationType !== "AWS_PROXY" || !functionArn) {
      throw new Error(`${name}: only AWS_PROXY integrations of functions are supported`);
    }
    if (payloadFormatVersion !== "2.0")
      throw new Error(`${name}: payloadFormatVersion must be "2.0"`);
    const timeoutMs = timeoutMilliseconds ?? MAX_TIMEOUT_MS;
    if (timeoutMs < 50 || timeoutMs > MAX_TIMEOUT_MS) {
      throw new Error(
        `${name}: timeoutMilliseconds ${timeoutMs} must be from 50 to ${MAX_TIMEOUT_MS}`,
      );
    }
    this.#api(resource).integrations.set(resource.id, { functionArn, timeoutMs });
  }

  /** Creates an `aws:apigatewayv2/route:Route`. @throws Error that starts with the resource's name. */
  provisionRoute(resource: RecordedResource): void {
    const { routeKey, target = "" } = resource.inputs as { routeKey: string; target?: string };
    const api = this.#api(resource);
    const integration = api.integrations.get(target.replace(/^integrations\//, ""));
    if (!integration) throw new Error(`${resource.name}: there is no integration ${target}`);
    try {
      api.routes.add(routeKey, integration);
    } catch (error) {
      throw new Error(`${resource.name}: ${(error as Error).message}`);
    }
  }

  /** Creates an `aws:apigatewayv2/stage:Stage`. @throws Error that starts with the resource's name. */
  provisionStage(resource: RecordedResource): void {
    const { name, autoDeploy, accessLogSettings, defaultRouteSettings } = resource.inputs as {
      name: string;
      autoDeploy?: boolean;
      accessLogSettings?: { destinationArn: string; format: string };
      defaultRouteSettings?: {
        throttlingRateLimit?: number;
        throttlingBurstLimit?: number;
        detailedMetricsEnabled?: boolean;
      };
    };
    if (!autoDeploy) throw new Error(`${resource.name}: only stages with autoDeploy are supported`);
    const {
      throttlingRateLimit: rateLimit,
      throttlingBurstLimit: burstLimit,
      detailedMetricsEnabled: detailed = false,
    } = defaultRouteSettings ?? {};
    const bucket =
      rateLimit && burstLimit
        ? new TokenBucket(this.#kernel.clock, { rateLimit, burstLimit })
        : undefined;
    const accessLog = accessLogSettings;
    this.#api(resource).stages.set(name, { name, bucket, detailed, accessLog });
  }

  /** Answers one request; never throws. */
  async handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const [target = "", ...query] = (message.url ?? "/").split("?");
    const [, apiId = "", rest = ""] = /^\/([^/]*)(.*)$/s.exec(target) ?? [];
    const api = this.#apis.get(apiId);
    const { stage, path } = stageOf(api, rest);
    let read: Awaited<ReturnType<typeof readGatewayRequest>>;
    try {
      read = await readGatewayRequest(message, path, query.join("?"));
    } catch {
      response.destroy();
      return;
    }
    const requestId = this.#kernel.newId();
    const began = this.#kernel.clock.now();
    const { request, refusal } = read;
    let outcome: Outcome;
    if (!api || !stage) outcome = { answer: gatewayAnswer(404, "Not Found") };
    else if (refusal) outcome = { answer: refusedAnswer(refusal) };
    else {
      const exchange = {
        account: this.#kernel.account,
        apiId,
        stage: stage.name,
        requestId,
        time: began,
      };
      outcome = await this.#answer(api, stage, request, exchange, query.join("?"));
      this.#log(stage, request, outcome, exchange);
    }
    const problem = await notDurable(this.#kernel.store);
    if (problem) outcome = { answer: gatewayAnswer(503, "Service Unavailable"), why: problem };
    const { answer, why } = outcome;
    this.#trace(`${apiId} ${request.httpMethod} ${path}`, requestId, answer.status, began, why);
    if (stage) this.#tell(apiId, stage, outcome, request.body.length, began);
    send(response, answer, requestId);
  }

  async #answer(
    api: HttpApi,
    stage: Stage,
    request: GatewayRequest,
    exchange: HttpExchange,
    query: string,
  ): Promise<Outcome> {
    // The default route catches preflights, too.
    const cors = api.routes.hasDefault ? undefined : api.cors;
    const preflight = cors && preflightAnswer(cors, request);
    if (preflight) return { answer: preflight };
    const route = api.routes.match(request.httpMethod, request.path);
    const outcome: Outcome = !route
      ? { answer: gatewayAnswer(404, "Not Found") }
      : stage.bucket?.take() === false
        ? { answer: gatewayAnswer(429, "Too Many Requests") }
        : await callFunction(
            this.#kernel,
            route,
            httpEvent(request, route, exchange, query),
            exchange,
          );
    const { answer } = outcome;
    const whole = api.cors ? withCors(api.cors, request, answer) : answer;
    return { ...outcome, answer: whole, routeKey: route?.routeKey };
  }

  #tell(
    apiId: string,
    stage: Stage,
    { answer, routeKey, integrationLatencyMs }: Outcome,
    requestBytes: number,
    began: number,
  ): void {
    if (this.#listeners.size === 0) return;
    const served: ServedHttpRequest = {
      apiId,
      stageName: stage.name,
      routeKey,
      detailed: stage.detailed,
      status: answer.status,
      latencyMs: this.#kernel.clock.now() - began,
      integrationLatencyMs,
      bytes: requestBytes + Buffer.byteLength(answer.body),
    };
    for (const listener of this.#listeners) listener(served);
  }

  #log(stage: Stage, request: GatewayRequest, outcome: Outcome, exchange: HttpExchange): void {
    if (!stage.accessLog) return;
    const { answer, routeKey, integrationLatencyMs } = outcome;
    const { destinationArn, format } = stage.accessLog;
    const line = renderAccessLog(format, {
      requestId: exchange.requestId,
      httpMethod: request.httpMethod,
      path: request.path,
      routeKey,
      protocol: request.protocol,
      status: answer.status,
      responseLatency: this.#kernel.clock.now() - exchange.time,
      integrationLatency: integrationLatencyMs,
      responseLength: Buffer.byteLength(answer.body),
      requestTime: clfTime(exchange.time),
      requestTimeEpoch: exchange.time,
      stage: exchange.stage,
      identity: { sourceIp: request.sourceIp, userAgent: request.headers.last("user-agent") },
    });
    this.#writeLog(destinationArn, exchange.apiId, line);
  }

  #trace(
    to: string,
    requestId: string,
    status: number,
    began: number,
    why: string | undefined,
  ): void {
    const ms = this.#kernel.clock.now() - began;
    this.#kernel.trace.emit({
      from: "you",
      to,
      kind: "execute-api:Invoke",
      requestId,
      decision: status >= 500 ? "failed" : "allowed",
      detail: `${status} in ${ms} ms${why ? `: ${why}` : ""}`,
    });
  }

  #api({ name, inputs }: RecordedResource): HttpApi {
    const api = this.#apis.get(String(inputs["apiId"]));
    if (!api) throw new Error(`${name}: there is no HTTP API ${inputs["apiId"]}`);
    return api;
  }
}

/** The stage that a path begins with, or the default one, and the path below it. */
function stageOf(
  api: HttpApi | undefined,
  path: string,
): { stage: Stage | undefined; path: string } {
  const [, first = "", rest = ""] = /^\/([^/]*)(.*)$/s.exec(path) ?? [];
  const named = first === DEFAULT_STAGE ? undefined : api?.stages.get(first);
  if (named) return { stage: named, path: rest || "/" };
  return { stage: api?.stages.get(DEFAULT_STAGE), path: path || "/" };
}

function send(
  response: ServerResponse,
  { status, headers, body }: HttpAnswer,
  requestId: string,
): void {
  if (response.destroyed) return;
  const lines = [...headers, ["apigw-requestid", requestId] as [string, string]];
  if (status !== 204 && status !== 304)
    lines.push(["content-length", String(Buffer.byteLength(body))]);
  response.writeHead(status, lines.flat());
  response.end(status === 204 || status === 304 ? undefined : body);
}
