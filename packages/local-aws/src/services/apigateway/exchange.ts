import type { GatewayError } from "../../gateway/gateway-error.ts";
import type { GatewayRequest } from "../../gateway/gateway-request.ts";
import { resourceId } from "../../gateway/resource-ids.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { ApiMethod, MethodParameter } from "./api-definition.ts";
import type { ExpressionScope } from "./mapping-expression.ts";
import type { RouteMatch } from "./router.ts";

/** The stage that an exchange runs on. */
export interface StageIdentity {
  apiId: string;
  stageName: string;
  deploymentId: string;
  variables: Readonly<Record<string, string>>;
}

/** What goes back to the client. */
export interface GatewayAnswer {
  status: number;
  headers: [name: string, value: string][];
  body: string | Buffer;
}

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** What a template sets through `$context.requestOverride` and `$context.responseOverride`. */
export interface TemplateOverrides {
  requestOverride: Record<"header" | "querystring" | "path", Record<string, unknown>>;
  responseOverride: { status?: unknown; header: Record<string, unknown> };
}

/** One request on its way through a stage, with everything that is known about it. */
export class Exchange implements ExpressionScope {
  readonly requestId: string;
  /** What `x-amz-apigw-id` carries. */
  readonly extendedRequestId: string;
  /** What `X-Amzn-Trace-Id` carries. */
  readonly traceId: string;
  readonly request: GatewayRequest;
  readonly stage: StageIdentity;
  /** `$context`; a proxy event's `requestContext` is a copy of it. */
  readonly context: Record<string, unknown> & { identity: Record<string, unknown> };
  /** What its templates have set so far. */
  readonly overrides: TemplateOverrides = {
    requestOverride: { header: {}, querystring: {}, path: {} },
    responseOverride: { header: {} },
  };
  pathParameters: Record<string, string> = {};
  method: ApiMethod | undefined;
  #bodyText: string | undefined;

  /** @param sentPath the path as it was sent; `$context.path` keeps slashes that routing does not look at. */
  constructor(
    kernel: Kernel,
    stage: StageIdentity,
    request: GatewayRequest,
    sentPath = request.path,
  ) {
    const now = kernel.clock.now();
    const { headers, httpMethod } = request;
    this.requestId = kernel.newId();
    const digits = kernel.newId().replaceAll("-", "");
    this.extendedRequestId = Buffer.from(digits, "hex").subarray(0, 11).toString("base64");
    this.traceId = readTraceId(headers.last("x-amzn-trace-id")) ?? newTraceId(now, digits);
    this.stage = stage;
    this.request = request;
    this.context = {
      resourceId: "",
      resourcePath: "",
      httpMethod,
      extendedRequestId: this.extendedRequestId,
      requestTime: requestTime(now),
      path: `/${stage.stageName}${sentPath}`,
      accountId: kernel.account,
      protocol: request.protocol,
      stage: stage.stageName,
      domainPrefix: stage.apiId,
      requestTimeEpoch: now,
      requestId: this.requestId,
      identity: {
        cognitoIdentityPoolId: null,
        accountId: null,
        cognitoIdentityId: null,
        caller: null,
        sourceIp: request.sourceIp,
        principalOrgId: null,
        accessKey: null,
        cognitoAuthenticationType: null,
        cognitoAuthenticationProvider: null,
        userArn: null,
        userAgent: headers.last("user-agent") ?? null,
        user: null,
      },
      domainName: `localhost:${request.port}`,
      deploymentId: stage.deploymentId,
      apiId: stage.apiId,
    };
  }

  /** What `X-Amzn-Trace-Id` of the answer carries: the trace, with the segment of the gateway where none was sent. */
  get answeredTraceId(): string {
    if (/;Parent=/.test(this.traceId)) return this.traceId;
    const segment = this.requestId.replaceAll("-", "").slice(0, 16);
    return `${this.traceId};Parent=${segment};Sampled=0`;
  }

  get stageVariables(): Readonly<Record<string, string>> {
    return this.stage.variables;
  }

  /** Notes which method the request is for. */
  enter({ method, pathParameters }: RouteMatch): void {
    this.method = method;
    this.pathParameters = pathParameters;
    this.context["resourcePath"] = method.resourcePath;
    this.context["resourceId"] = resourceId(this.stage.apiId, method.resourcePath);
  }

  /** Notes the owner of the request's API key. */
  identify(apiKey: string, apiKeyId: string): void {
    Object.assign(this.context.identity, { apiKey, apiKeyId });
  }

  /** Notes that the gateway itself responds, for `$context.error`. */
  fail(error: GatewayError): void {
    this.context["error"] = {
      message: error.message,
      messageString: JSON.stringify(error.message),
      responseType: error.type,
      validationErrorString: error.validationErrors,
    };
  }

  parameter(place: MethodParameter["place"], name: string): string | undefined {
    if (place === "header") return this.request.headers.last(name);
    if (place === "querystring") return this.request.query.get(name)?.at(-1);
    return Object.hasOwn(this.pathParameters, name) ? this.pathParameters[name] : undefined;
  }

  requestBody(): string {
    this.#bodyText ??= this.request.body.toString("utf8");
    return this.#bodyText;
  }
}

function requestTime(now: number): string {
  const [date = "", time = ""] = new Date(now).toISOString().split("T");
  const [year, month, day] = date.split("-");
  return `${day}/${MONTHS[Number(month) - 1]}/${year}:${time.slice(0, 8)} +0000`;
}

function readTraceId(header: string | undefined): string | undefined {
  return header && /^Root=1-[0-9a-f]{8}-[0-9a-f]{24}(;[\w=:|;-]*)?$/.test(header)
    ? header
    : undefined;
}

function newTraceId(now: number, digits: string): string {
  const seconds = Math.floor(now / 1000)
    .toString(16)
    .padStart(8, "0");
  return `Root=1-${seconds}-${digits.slice(0, 24)}`;
}
