import { validateHeaderName, validateHeaderValue } from "node:http";
import { type GatewayError, internalError } from "../../gateway/gateway-error.ts";
import { parseJson } from "../../kernel/nesting.ts";
import type { GatewayAnswer } from "./exchange.ts";
import { isAmongTypes } from "./media-type.ts";

const MEMBERS = ["statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"];

/**
 * The response in a function's payload. No member is required; no other one is allowed.
 *
 * @throws GatewayError 502 for a malformed payload.
 */
export function readProxyResponse(
  payload: string,
  accept: string | undefined,
  binaryMediaTypes: readonly string[],
): GatewayAnswer {
  const response = parse(payload);
  const { statusCode = 200, body, isBase64Encoded } = response;
  const status = typeof statusCode === "string" ? Number(statusCode) : statusCode;
  if (typeof status !== "number" || !Number.isInteger(status) || status < 200 || status > 599) {
    throw malformed(`statusCode ${JSON.stringify(statusCode)} is not an HTTP status`);
  }
  if (body !== undefined && body !== null && typeof body !== "string") {
    throw malformed("body is not a string; JSON.stringify it");
  }
  const text = body ?? "";
  // Base64 is decoded only for a client whose first accepted type is one of the binary media types.
  const [first = ""] = (accept ?? "").split(",", 1);
  const decode = isBase64Encoded === true && first !== "" && isAmongTypes(first, binaryMediaTypes);
  return {
    status,
    headers: readHeaders(response),
    body: decode ? decodeBase64(text) : text,
  };
}

function parse(payload: string): Record<string, unknown> {
  let response: unknown;
  try {
    response = parseJson(payload);
  } catch {
    throw malformed("it is not JSON");
  }
  if (typeof response !== "object" || response === null || Array.isArray(response)) {
    throw malformed("it is not an object");
  }
  const unknown = Object.keys(response).find((key) => !MEMBERS.includes(key));
  if (unknown) throw malformed(`${unknown} is not one of ${MEMBERS.join(", ")}`);
  return response as Record<string, unknown>;
}

function readHeaders(response: Record<string, unknown>): [string, string][] {
  const multiValue = Object.entries(object(response, "multiValueHeaders")).flatMap(
    ([name, values]) => {
      if (!Array.isArray(values)) throw malformed(`multiValueHeaders.${name} is not an array`);
      return values.map((value): [string, unknown] => [name, value]);
    },
  );
  // Both maps make one list; what both say counts once.
  const single = Object.entries(object(response, "headers")).filter(
    ([name, value]) =>
      !multiValue.some(
        ([other, listed]) =>
          other.toLowerCase() === name.toLowerCase() && String(listed) === String(value),
      ),
  );
  const headers = [...multiValue, ...single].map(([name, value]): [string, string] => [
    name,
    headerValue(name, value),
  ]);
  const hasType = headers.some(([name]) => name.toLowerCase() === "content-type");
  return hasType ? headers : [["Content-Type", "application/json"], ...headers];
}

function object(response: Record<string, unknown>, member: string): object {
  const value = response[member] ?? {};
  if (typeof value !== "object" || Array.isArray(value)) {
    throw malformed(`${member} is not an object`);
  }
  return value;
}

function headerValue(name: string, value: unknown): string {
  if (typeof value === "object" || value === undefined) {
    throw malformed(`header ${name} is neither text, number nor boolean`);
  }
  const text = String(value);
  try {
    validateHeaderName(name);
    validateHeaderValue(name, text);
  } catch {
    throw malformed(`header ${name} has characters that no header may have`);
  }
  return text;
}

function decodeBase64(text: string): Buffer {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) {
    throw internalError("body is not base64, though isBase64Encoded is true");
  }
  return Buffer.from(text, "base64");
}

function malformed(problem: string): GatewayError {
  return internalError(`malformed Lambda proxy response: ${problem}`, 502);
}
