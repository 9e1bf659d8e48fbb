import type { GatewayRequest } from "../../gateway/gateway-request.ts";
import type { HttpAnswer } from "./http-answer.ts";

/** An API's CORS configuration, as Pulumi has it. */
export interface Cors {
  allowOrigins?: string[];
  allowMethods?: string[];
  allowHeaders?: string[];
  exposeHeaders?: string[];
  allowCredentials?: boolean;
  maxAge?: number;
}

/** The API's own response to a preflight; undefined for any other request. */
export function preflightAnswer(cors: Cors, request: GatewayRequest): HttpAnswer | undefined {
  const asked = request.headers.last("access-control-request-method");
  if (request.httpMethod !== "OPTIONS" || !asked || !request.headers.last("origin"))
    return undefined;
  const headers: [string, string][] = [
    ...originHeaders(cors, request),
    ["access-control-allow-methods", (cors.allowMethods ?? []).join(",")],
    ["access-control-allow-headers", (cors.allowHeaders ?? []).join(",")],
  ];
  if (cors.maxAge !== undefined) headers.push(["access-control-max-age", String(cors.maxAge)]);
  return { status: 204, headers, body: "" };
}

/** The response with the API's CORS headers in place of the function's. */
export function withCors(cors: Cors, request: GatewayRequest, answer: HttpAnswer): HttpAnswer {
  const kept = answer.headers.filter(([name]) => !name.startsWith("access-control-"));
  const headers = [...kept, ...originHeaders(cors, request)];
  if (cors.exposeHeaders?.length && request.headers.last("origin")) {
    headers.push(["access-control-expose-headers", cors.exposeHeaders.join(",")]);
  }
  return { ...answer, headers };
}

function originHeaders(cors: Cors, request: GatewayRequest): [string, string][] {
  const origin = request.headers.last("origin");
  const allowed = cors.allowOrigins ?? [];
  if (!origin || !(allowed.includes("*") || allowed.includes(origin))) return [];
  const headers: [string, string][] = [
    ["access-control-allow-origin", allowed.includes("*") ? "*" : origin],
  ];
  if (cors.allowCredentials) headers.push(["access-control-allow-credentials", "true"]);
  return headers;
}
