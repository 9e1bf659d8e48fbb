import type { GatewayRequest } from "../../gateway/gateway-request.ts";
import type { RouteMatch } from "./routes.ts";

/** Where and when a request was received. */
export interface HttpExchange {
  account: string;
  apiId: string;
  stage: string;
  requestId: string;
  /** Milliseconds since the epoch. */
  time: number;
}

// Other bodies travel as base64.
const TEXT = /^(text\/|application\/(json|javascript|xml)\b|[^;]*\+(json|xml)\b)/i;

/** The event of a Lambda integration, payload format 2.0. Absent members are omitted. */
export function httpEvent(
  request: GatewayRequest,
  { routeKey, pathParameters }: RouteMatch<unknown>,
  exchange: HttpExchange,
  rawQueryString: string,
): Record<string, unknown> {
  const { account, apiId, stage, requestId, time } = exchange;
  const { httpMethod, sourceIp, protocol, body } = request;
  const rawPath = plainPath(stage === "$default" ? request.path : `/${stage}${request.path}`);
  const isBase64Encoded =
    body.length > 0 && !TEXT.test(request.headers.last("content-type") ?? "text/");
  const cookies = request.headers.all("cookie").flatMap((line) => line.split(/;\s*/));
  const query = [...request.query].map(([name, values]) => [name, values.join(",")]);
  return {
    version: "2.0",
    routeKey,
    rawPath,
    rawQueryString,
    ...(cookies.length > 0 && { cookies }),
    headers: headersOf(request),
    ...(query.length > 0 && { queryStringParameters: Object.fromEntries(query) }),
    requestContext: {
      accountId: account,
      apiId,
      domainName: `${apiId}.localhost`,
      domainPrefix: apiId,
      http: {
        method: httpMethod,
        path: rawPath,
        protocol,
        sourceIp,
        userAgent: request.headers.last("user-agent") ?? "",
      },
      requestId,
      routeKey,
      stage,
      time: clfTime(time),
      timeEpoch: time,
    },
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
    ...(body.length > 0 && { body: body.toString(isBase64Encoded ? "base64" : "utf8") }),
    isBase64Encoded,
  };
}

function headersOf({ headers, sourceIp, port }: GatewayRequest): Record<string, string> {
  const sent = [...headers].filter(([name]) => name.toLowerCase() !== "cookie");
  return {
    ...Object.fromEntries(sent.map(([name, values]) => [name.toLowerCase(), values.join(",")])),
    "x-forwarded-for": [...headers.all("x-forwarded-for"), sourceIp].join(", "),
    "x-forwarded-port": String(port),
    "x-forwarded-proto": "http",
  };
}

/** A time in milliseconds in the common log format, e.g. `21/Nov/2026:09:30:00 +0000`. */
export function clfTime(time: number): string {
  const [, day, month, year, clock] = new Date(time).toUTCString().split(/,? /);
  return `${day}/${month}/${year}:${clock} +0000`;
}

/** A path as functions see it: decoded, each run of slashes as one. */
function plainPath(path: string): string {
  const merged = path.replace(/\/{2,}/g, "/");
  try {
    return decodeURIComponent(merged);
  } catch {
    // A % that begins no escape stays.
    return merged;
  }
}
