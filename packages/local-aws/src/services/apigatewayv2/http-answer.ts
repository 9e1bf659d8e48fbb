import type { GatewayError } from "../../gateway/gateway-error.ts";

/** An answer on its way to the client. */
export interface HttpAnswer {
  status: number;
  headers: [string, string][];
  body: string | Buffer;
}

/** The gateway's own answer, in the words of HTTP APIs. */
export function gatewayAnswer(status: number, message: string): HttpAnswer {
  return {
    status,
    headers: [["content-type", "application/json"]],
    body: JSON.stringify({ message }),
  };
}

/** The gateway's answer to a request that it does not read, in the words of HTTP APIs. */
export function refusedAnswer({ status, message }: GatewayError): HttpAnswer {
  return gatewayAnswer(status, status === 413 ? "Request Entity Too Large" : message);
}

/**
 * The answer that a function's payload stands for: a response where it has a `statusCode`, otherwise 200 with the value
 * itself as JSON. Undefined for what the gateway cannot read.
 */
export function readHttpAnswer(payload: string): HttpAnswer | undefined {
  let value: unknown;
  try {
    value = JSON.parse(payload);
  } catch {
    return undefined;
  }
  if (value === null || typeof value !== "object" || !("statusCode" in value)) {
    const body = typeof value === "string" ? value : JSON.stringify(value);
    return { status: 200, headers: [["content-type", "application/json"]], body };
  }
  const {
    statusCode,
    headers = {},
    cookies = [],
    body = "",
    isBase64Encoded,
  } = value as {
    statusCode: unknown;
    headers?: Record<string, unknown>;
    cookies?: string[];
    body?: unknown;
    isBase64Encoded?: boolean;
  };
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 100 || status > 599) return undefined;
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const lines = Object.entries(headers).map(([name, header]): [string, string] => [
    name.toLowerCase(),
    String(header),
  ]);
  if (!lines.some(([name]) => name === "content-type")) {
    lines.push(["content-type", "text/plain;charset=UTF-8"]);
  }
  return {
    status,
    headers: [...lines, ...cookies.map((cookie): [string, string] => ["set-cookie", cookie])],
    body: isBase64Encoded ? Buffer.from(text, "base64") : text,
  };
}
