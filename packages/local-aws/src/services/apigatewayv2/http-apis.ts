import type { IncomingMessage, ServerResponse } from "node:http";
import { renderAccessLog } from "../../gateway/access-log.ts";
import { notDurable } from "../../gateway/durable-answer.ts";
import { type GatewayRequest, readGatewayRequest } from "../../gateway/gateway-request.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { preflightAnswer, withCors } from "./cors.ts";
import { callFunction } from "./function-integration.ts";
import { gatewayAnswer, type HttpAnswer, refusedAnswer } from "./http-answer.ts";
import { type HttpApi, HttpApiRegistry, type Stage, stageOf } from "./http-api-registry.ts";
import { clfTime, type HttpExchange, httpEvent } from "./http-event.ts";
import type { Outcome, ServedHttpRequest } from "./served-request.ts";

/** Receives one line of a stage's access log. */
export type WriteLog = (logGroupArn: string, stream: string, line: string) => void;

/** The HTTP APIs of the stack, each served below `/<apiId>`, or `/<apiId>/<stage>` for a named stage. */
export class HttpApis {
  readonly registry: HttpApiRegistry;
  readonly #kernel: Kernel;
  readonly #writeLog: WriteLog;
  readonly #listeners = new Set<(request: ServedHttpRequest) => void>();

  constructor(kernel: Kernel, writeLog: WriteLog = () => {}) {
    this.registry = new HttpApiRegistry(kernel.clock);
    this.#kernel = kernel;
    this.#writeLog = writeLog;
  }

  addresses(): string[] {
    return this.registry.addresses();
  }

  serves(apiId: string): boolean {
    return this.registry.find(apiId) !== undefined;
  }

  /** Calls back after every request that a stage answered; returns a function that stops it. */
  onServed(listener: (request: ServedHttpRequest) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Handles one request; never throws. */
  async handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const [target = "", ...query] = (message.url ?? "/").split("?");
    const [, apiId = "", rest = ""] = /^\/([^/]*)(.*)$/s.exec(target) ?? [];
    const api = this.registry.find(apiId);
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
