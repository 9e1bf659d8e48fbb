import { type ServerResponse, validateHeaderName, validateHeaderValue } from "node:http";
import type { Exchange, GatewayAnswer } from "./exchange.ts";

// The gateway writes these itself; those of an integration get another name.
const REMAPPED = new Set(["connection", "content-length", "date", "server"]);
const DROPPED = new Set(["transfer-encoding", "x-amzn-requestid", "x-amz-apigw-id"]);
const WITHOUT_BODY = new Set([204, 304]);

/** Sends a response with the gateway's own headers; reports when it left out a header that HTTP does not allow. */
export function sendAnswer(
  response: ServerResponse,
  { status, headers, body }: GatewayAnswer,
  exchange: Exchange,
): string | undefined {
  const lines = [
    "x-amzn-RequestId",
    exchange.requestId,
    "x-amz-apigw-id",
    exchange.extendedRequestId,
  ];
  const omitted: string[] = [];
  for (const [name, value] of headers) {
    const lowerCase = name.toLowerCase();
    if (DROPPED.has(lowerCase)) continue;
    if (isAllowed(name, value)) {
      lines.push(REMAPPED.has(lowerCase) ? `x-amzn-Remapped-${lowerCase}` : name, value);
    } else omitted.push(JSON.stringify(name));
  }
  if (response.destroyed) return undefined;
  if (!WITHOUT_BODY.has(status)) lines.push("Content-Length", String(Buffer.byteLength(body)));
  response.writeHead(status, lines);
  response.end(body);
  return omitted.length > 0 ? `no HTTP header may be ${omitted.join(", ")}` : undefined;
}

function isAllowed(name: string, value: string): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}
