import { validateHeaderName, validateHeaderValue } from "node:http";
import type { GatewayError } from "../../gateway/gateway-error.ts";
import { parseJson } from "../../kernel/nesting.ts";

const OF_THE_CONNECTION = new Set([
  "connection",
  "content-length",
  "keep-alive",
  "transfer-encoding",
]);

/** A response on its way to the client. */
export interface HttpAnswer {
  status: number;
  headers: [string, string][];
  body: string | Buffer;
}

/** The gateway's own response, in the wording of HTTP APIs. */
export function gatewayAnswer(status: number, message: string): HttpAnswer {
  return {
    status,
    headers: [["content-type", "application/json"]],
    body: JSON.stringify({ message }),
  };
}

/** The gateway's response to a request that it does not read, in the wording of HTTP APIs. */
export function refusedAnswer({ status, message }: GatewayError): HttpAnswer {
  return gatewayAnswer(status, status === 413 ? "Request Entity Too Large" : message);
}

/**
 * The response in a function's payload: the payload itself if it has a `statusCode`, otherwise 200 with the value
 * itself as JSON. Undefined for what the gateway cannot read.
 */
export function readHttpAnswer(payload: string): HttpAnswer | undefined {
  let value: unknown;
  try {
    value = parseJson(payload);
  } catch {
    return undefined;
  }
  if (value === null || typeof value !== "object" || !("statusCode" in value)) {
    const body = typeof value === "string" ? value : JSON.stringify(value);
    return { status: 200, headers: [["content-type", "application/json"]], body };
  }
  const { statusCode, headers, cookies, body, isBase64Encoded } = value as Record<string, unknown>;
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 200 || status > 599) return undefined;
  const lines = [...headerLines(headers), ...cookieLines(cookies)];
  if (!lines.every(isAllowed)) return undefined;
  if (!lines.some(([name]) => name === "content-type")) {
    lines.push(["content-type", "text/plain;charset=UTF-8"]);
  }
  const text = typeof body === "string" ? body : JSON.stringify(body ?? "");
  const bytes = isBase64Encoded === true ? Buffer.from(text, "base64") : text;
  return { status, headers: lines, body: body === undefined || body === null ? "" : bytes };
}

/** A function's headers; those of the connection are the gateway's own. */
function headerLines(headers: unknown): [string, string][] {
  if (headers === null || typeof headers !== "object" || Array.isArray(headers)) return [];
  return Object.entries(headers)
    .map(([name, value]): [string, string] => [name.toLowerCase(), String(value)])
    .filter(([name]) => !OF_THE_CONNECTION.has(name));
}

function cookieLines(cookies: unknown): [string, string][] {
  return Array.isArray(cookies) ? cookies.map((cookie) => ["set-cookie", String(cookie)]) : [];
}

function isAllowed([name, value]: [string, string]): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}
