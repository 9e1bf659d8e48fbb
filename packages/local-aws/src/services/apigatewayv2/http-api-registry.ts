import { TokenBucket } from "../../gateway/token-bucket.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { RecordedResource } from "../../program/recorded.ts";
import type { Cors } from "./cors.ts";
import type { Integration } from "./function-integration.ts";
import { Routes } from "./routes.ts";

/** A stage of an HTTP API. */
export interface Stage {
  name: string;
  bucket: TokenBucket | undefined;
  /** Whether each route has metrics of its own. */
  detailed: boolean;
  accessLog: { destinationArn: string; format: string } | undefined;
}

/** An HTTP API, as the program declares it. */
export interface HttpApi {
  id: string;
  cors: Cors | undefined;
  routes: Routes<Integration>;
  integrations: Map<string, Integration>;
  stages: Map<string, Stage>;
}

const MAX_TIMEOUT_MS = 30_000;
const DEFAULT_STAGE = "$default";

/** The HTTP APIs that the program declares, by id. */
export class HttpApiRegistry {
  readonly #clock: Clock;
  readonly #apis = new Map<string, HttpApi>();

  /** @param clock of the stages' throttles. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The API of this id, the first part of a request's path. */
  find(id: string): HttpApi | undefined {
    return this.#apis.get(id);
  }

  /** Paths of all stages. */
  addresses(): string[] {
    return [...this.#apis.values()].flatMap(({ id, stages }) =>
      [...stages.keys()].map((name) => (name === DEFAULT_STAGE ? `/${id}` : `/${id}/${name}`)),
    );
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
      rateLimit && burstLimit ? new TokenBucket(this.#clock, { rateLimit, burstLimit }) : undefined;
    const accessLog = accessLogSettings;
    this.#api(resource).stages.set(name, { name, bucket, detailed, accessLog });
  }

  #api({ name, inputs }: RecordedResource): HttpApi {
    const api = this.#apis.get(String(inputs["apiId"]));
    if (!api) throw new Error(`${name}: there is no HTTP API ${inputs["apiId"]}`);
    return api;
  }
}

/** The stage that a path begins with, or the default one, and the path below it. */
export function stageOf(
  api: HttpApi | undefined,
  path: string,
): { stage: Stage | undefined; path: string } {
  const [, first = "", rest = ""] = /^\/([^/]*)(.*)$/s.exec(path) ?? [];
  const named = first === DEFAULT_STAGE ? undefined : api?.stages.get(first);
  if (named) return { stage: named, path: rest || "/" };
  return { stage: api?.stages.get(DEFAULT_STAGE), path: path || "/" };
}
