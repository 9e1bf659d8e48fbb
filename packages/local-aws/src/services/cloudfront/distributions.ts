import type { IncomingMessage, ServerResponse } from "node:http";
import type { Kernel } from "../../kernel/kernel.ts";
import type { RecordedResource } from "../../program/recorded.ts";
import type { ApiRequests } from "../../program/service-definition.ts";
import type { Buckets, StoredObject } from "../s3/buckets.ts";
import { compressed } from "./compression.ts";
import { headersOf, type ResponseHeadersPolicy } from "./response-headers.ts";

interface ErrorResponse {
  errorCode: number;
  responseCode?: number;
  responsePagePath?: string;
}

interface Origin {
  originId: string;
  domainName: string;
  originAccessControlId?: string;
}

interface Distribution {
  arn: string;
  enabled: boolean;
  rootObject: string;
  origin: Origin;
  methods: readonly string[];
  compress: boolean;
  headers: Readonly<Record<string, string>>;
  errors: readonly ErrorResponse[];
}

interface Page {
  status: number;
  object?: StoredObject | undefined;
  /** Why there is no page, for the person at the keyboard. */
  why?: string | undefined;
}

/**
 * The distributions of the stack, each served below `/<id>`. Nothing is cached: every request reads its bucket, which
 * lets CloudFront in as the bucket's policy says.
 */
export class Distributions implements ApiRequests {
  readonly #kernel: Kernel;
  readonly #buckets: Buckets;
  readonly #signing = new Set<string>();
  readonly #policies = new Map<string, ResponseHeadersPolicy>();
  readonly #distributions = new Map<string, Distribution>();

  constructor(kernel: Kernel, buckets: Buckets) {
    this.#kernel = kernel;
    this.#buckets = buckets;
  }

  addresses(): string[] {
    return [...this.#distributions.keys()].map((id) => `/${id}/`);
  }

  serves(id: string): boolean {
    return this.#distributions.has(id);
  }

  /** Creates an `aws:cloudfront/originAccessControl:OriginAccessControl`. */
  provisionAccessControl({ id, inputs }: RecordedResource): void {
    const { originAccessControlOriginType: type, signingBehavior } = inputs;
    if (type === "s3" && signingBehavior !== "never") this.#signing.add(id);
  }

  /** Creates an `aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy`. */
  provisionHeadersPolicy({ id, inputs }: RecordedResource): void {
    this.#policies.set(id, inputs as ResponseHeadersPolicy);
  }

  /** Creates an `aws:cloudfront/distribution:Distribution`. @throws Error that starts with the resource's name. */
  provision({ name, id, inputs, outputs }: RecordedResource): void {
    const { origins, defaultCacheBehavior, defaultRootObject, customErrorResponses, enabled } =
      inputs as {
        origins: Origin[];
        defaultCacheBehavior: {
          targetOriginId: string;
          allowedMethods: string[];
          compress?: boolean;
          responseHeadersPolicyId?: string;
        };
        defaultRootObject?: string;
        customErrorResponses?: ErrorResponse[];
        enabled: boolean;
      };
    if (this.#distributions.has(id))
      throw new Error(`${name}: there is a distribution ${id} already`);
    const { targetOriginId, allowedMethods, compress = false } = defaultCacheBehavior;
    const origin = origins.find(({ originId }) => originId === targetOriginId);
    if (!origin) throw new Error(`${name}: there is no origin ${targetOriginId}`);
    const policyId = defaultCacheBehavior.responseHeadersPolicyId;
    if (policyId !== undefined && !this.#policies.has(policyId))
      throw new Error(`${name}: there is no response headers policy ${policyId}`);
    this.#distributions.set(id, {
      arn: String(outputs["arn"]),
      enabled,
      rootObject: defaultRootObject ?? "",
      origin,
      methods: allowedMethods,
      compress,
      headers: headersOf(this.#policies.get(policyId ?? "")),
      errors: customErrorResponses ?? [],
    });
  }

  /** Handles one request; never throws. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.resume();
    const [target = "/"] = (request.url ?? "/").split("?");
    const [, id = "", path = ""] = /^\/([^/]*)(.*)$/s.exec(target) ?? [];
    const distribution = this.#distributions.get(id);
    if (!distribution) {
      response.destroy();
      return;
    }
    if (path === "") {
      // Relative links of a page count from its folder.
      response.writeHead(308, { location: `/${id}/` }).end();
      return;
    }
    const began = this.#kernel.clock.now();
    const page = this.#page(distribution, request.method ?? "GET", path);
    const status = await send(request, response, page, distribution);
    this.#kernel.trace.emit({
      from: "you",
      to: `${id} ${request.method} ${path}`,
      kind: "cloudfront:Get",
      requestId: this.#kernel.newId(),
      decision: status >= 500 ? "failed" : "allowed",
      detail: `${status} in ${this.#kernel.clock.now() - began} ms${page.why ? `: ${page.why}` : ""}`,
    });
  }

  #page(distribution: Distribution, method: string, path: string): Page {
    const { enabled, methods, rootObject, errors } = distribution;
    if (!enabled) return { status: 403, why: "the distribution is disabled" };
    if (!methods.includes(method)) return { status: 403, why: `${method} is not allowed` };
    const key = keyOf(path, rootObject);
    const found =
      key === undefined ? { denied: `${path} is not a path` } : this.#read(distribution, key);
    if ("object" in found) return { status: 200, object: found.object };
    const custom = errors.find(({ errorCode }) => errorCode === 403);
    if (!custom?.responsePagePath) return { status: 403, why: found.denied };
    const instead = this.#read(distribution, custom.responsePagePath.slice(1));
    const object = "object" in instead ? instead.object : undefined;
    return { status: custom.responseCode ?? 403, object, why: found.denied };
  }

  #read({ arn, origin }: Distribution, key: string) {
    const { originAccessControlId: control, domainName } = origin;
    if (control === undefined || !this.#signing.has(control))
      return { denied: `${domainName} refuses requests that are not signed` };
    const principal = "cloudfront.amazonaws.com";
    return this.#buckets.read(domainName, key, { kind: "service", principal, sourceArn: arn });
  }
}

/** The key of the object at a path; undefined where the path is not percent-encoded UTF-8. */
function keyOf(path: string, rootObject: string): string | undefined {
  try {
    return decodeURIComponent(path.slice(1)) || rootObject;
  } catch {
    return undefined;
  }
}

async function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status, object }: Page,
  { headers, compress }: Distribution,
): Promise<number> {
  const common = { ...headers, "x-cache": "Miss from cloudfront" };
  if (!object) {
    response.writeHead(status, { ...common, "content-type": "text/html" });
    response.end(request.method === "HEAD" ? undefined : `<h1>${status}</h1>`);
    return status;
  }
  const cached = {
    ...common,
    etag: object.etag,
    ...(object.cacheControl && { "cache-control": object.cacheControl }),
  };
  if (status === 200 && request.headers["if-none-match"] === object.etag) {
    response.writeHead(304, cached).end();
    return 304;
  }
  const { body, encoding } = compress
    ? await compressed(object, request.headers["accept-encoding"])
    : { body: object.body, encoding: undefined };
  response.writeHead(status, {
    ...cached,
    "content-type": object.contentType,
    "content-length": body.length,
    ...(compress && { vary: "accept-encoding" }),
    ...(encoding && { "content-encoding": encoding }),
  });
  response.end(request.method === "HEAD" ? undefined : body);
  return status;
}
