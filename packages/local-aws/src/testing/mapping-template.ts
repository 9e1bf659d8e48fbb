import { HeaderList } from "../gateway/gateway-request.ts";
import { VirtualClock } from "../kernel/clock.ts";
import { createKernel } from "../kernel/kernel.ts";
import { Exchange } from "../services/apigateway/exchange.ts";
import { MappingTemplate } from "../services/apigateway/mapping-template.ts";

/** The request that a mapping template is filled for. */
export interface TemplateRequest {
  /** @default "POST" */
  method?: string;
  /** @default "/" */
  path?: string;
  headers?: Readonly<Record<string, string>>;
  query?: Readonly<Record<string, string>>;
  /** The client's body. @default "{}" */
  body?: string;
  /** `$context.requestId`. */
  requestId: string;
  /** `$context.requestTimeEpoch`. */
  now: number;
  /** `$context.identity.apiKeyId` */
  apiKeyId?: string;
}

/** What came of it. */
export interface RenderedTemplate {
  text: string;
  /** Set by `$context.responseOverride.status`. */
  status: unknown;
}

/**
 * Fills a mapping template of API Gateway as a REST API would.
 *
 * @param input what `$input` reads: the client's body by default, or the response of the integrated service.
 */
export async function renderMappingTemplate(
  template: string,
  request: TemplateRequest,
  input?: string,
): Promise<RenderedTemplate> {
  const {
    method = "POST",
    path = "/",
    headers = {},
    query = {},
    body = "{}",
    now,
    requestId,
  } = request;
  const list = new HeaderList();
  for (const [name, value] of Object.entries(headers)) list.add(name, value);
  const kernel = createKernel({ clock: new VirtualClock(now), newId: () => requestId });
  const stage = { apiId: "api", stageName: "stage", deploymentId: "deployment", variables: {} };
  const exchange = new Exchange(kernel, stage, {
    httpMethod: method,
    path,
    query: new Map(Object.entries(query).map(([name, value]) => [name, [value]])),
    headers: list,
    body: Buffer.from(body),
    sourceIp: "127.0.0.1",
    port: 3000,
    protocol: "HTTP/1.1",
  });
  Object.assign(exchange.context.identity, { apiKeyId: request.apiKeyId });
  const rendered = await new MappingTemplate(template).render(
    exchange,
    input ?? exchange.requestBody(),
  );
  return { text: rendered.text, status: rendered.responseOverride.status };
}
