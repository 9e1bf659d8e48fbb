import type { Exchange } from "./exchange.ts";
import { isAmongTypes, mediaType } from "./media-type.ts";

/** The event of a Lambda proxy integration, payload format 1.0. */
export interface ProxyEvent {
  resource: string;
  path: string;
  httpMethod: string;
  headers: Record<string, string>;
  multiValueHeaders: Record<string, readonly string[]>;
  queryStringParameters: Record<string, string> | null;
  multiValueQueryStringParameters: Record<string, readonly string[]> | null;
  /** Still percent-encoded: a REST API decodes nothing in a path. */
  pathParameters: Record<string, string> | null;
  stageVariables: Record<string, string> | null;
  requestContext: Record<string, unknown>;
  body: string | null;
  isBase64Encoded: boolean;
}

/** The event for a request; bodies of the binary media types travel as base64. */
export function proxyEvent(exchange: Exchange, binaryMediaTypes: readonly string[]): ProxyEvent {
  const { request, context, pathParameters, stageVariables } = exchange;
  const headers = forwardedHeaders(exchange);
  const query = [...request.query];
  const isBase64Encoded =
    request.body.length > 0 &&
    isAmongTypes(mediaType(request.headers.last("content-type")), binaryMediaTypes);
  const body = isBase64Encoded ? request.body.toString("base64") : exchange.requestBody();
  return {
    resource: String(context["resourcePath"]),
    path: request.path,
    httpMethod: request.httpMethod,
    headers: Object.fromEntries(headers.map(([name, values]) => [name, values.at(-1) ?? ""])),
    multiValueHeaders: Object.fromEntries(headers),
    queryStringParameters: orNull(query.map(([name, values]) => [name, values.at(-1) ?? ""])),
    multiValueQueryStringParameters: orNull(query),
    pathParameters: orNull(Object.entries(pathParameters)),
    stageVariables: orNull(Object.entries(stageVariables)),
    requestContext: context,
    body: body === "" ? null : body,
    isBase64Encoded,
  };
}

function forwardedHeaders({ request, traceId }: Exchange): [string, readonly string[]][] {
  const { headers, sourceIp, port } = request;
  const forwardedFor = [...headers.all("x-forwarded-for"), sourceIp].join(", ");
  const added: [string, string][] = [
    ["X-Amzn-Trace-Id", traceId],
    ["X-Forwarded-For", forwardedFor],
    ["X-Forwarded-Port", String(port)],
    ["X-Forwarded-Proto", "http"],
  ];
  const replaced = new Set(added.map(([name]) => name.toLowerCase()));
  return [
    ...[...headers].filter(([name]) => !replaced.has(name.toLowerCase())),
    ...added.map(([name, value]): [string, readonly string[]] => [name, [value]]),
  ];
}

function orNull<T>(entries: [string, T][]): Record<string, T> | null {
  return entries.length > 0 ? Object.fromEntries(entries) : null;
}
