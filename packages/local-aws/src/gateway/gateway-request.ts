import type { IncomingMessage } from "node:http";
import { GatewayError } from "./gateway-error.ts";

const MAX_BODY = 10 * 1024 * 1024;
// A client that is still sending would not read an early response; past this the connection is cut instead.
const MAX_DISCARDED = 8 * MAX_BODY;
const MAX_URL = 10_240;
const MAX_HEADERS = 10_240;
// Headers that end at the gateway.
const DROPPED = new Set([
  "connection",
  "content-length",
  "content-md5",
  "expect",
  "keep-alive",
  "max-forwards",
  "proxy-authenticate",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

// API Gateway writes these names so, however they were sent.
const CANONICAL = new Map(
  ["Authorization", "User-Agent"].map((name) => [name.toLowerCase(), name]),
);

/** A request as the HTTP server received it. */
export interface GatewayRequest {
  httpMethod: string;
  /** Percent-encoded, without the API and the stage, e.g. `/orders/42`. */
  path: string;
  /** Decoded values by name, in the order they were sent. */
  query: Map<string, string[]>;
  headers: HeaderList;
  body: Buffer;
  sourceIp: string;
  /** Port that received the request. */
  port: number;
  protocol: string;
}

/** Headers in the number they were sent, and in their case but for two that the gateway has a case for. */
export class HeaderList {
  readonly #entries = new Map<string, { name: string; values: string[] }>();

  /** Adds one more value. */
  add(name: string, value: string): void {
    const entry = this.#entries.get(name.toLowerCase());
    if (entry) entry.values.push(value);
    else this.#entries.set(name.toLowerCase(), { name, values: [value] });
  }

  /** All values, by a name in any case. */
  all(name: string): readonly string[] {
    return this.#entries.get(name.toLowerCase())?.values ?? [];
  }

  /** The last value, by a name in any case. */
  last(name: string): string | undefined {
    return this.#entries.get(name.toLowerCase())?.values.at(-1);
  }

  /** Each name once, with all of its values. */
  *[Symbol.iterator](): Generator<[string, readonly string[]]> {
    for (const { name, values } of this.#entries.values()) yield [name, values];
  }
}

/**
 * Reads a request in full, without checking it against any API.
 *
 * @throws Error when the connection ends before the request does.
 */
export async function readGatewayRequest(
  message: IncomingMessage,
  path: string,
  query: string,
): Promise<{ request: GatewayRequest; refusal?: GatewayError }> {
  const { body, tooLarge } = await readBody(message);
  const request: GatewayRequest = {
    httpMethod: message.method ?? "GET",
    path,
    query: readQuery(query),
    headers: readHeaders(message),
    body,
    sourceIp: (message.socket.remoteAddress ?? "").replace(/^::ffff:/, ""),
    port: message.socket.localPort ?? 0,
    protocol: `HTTP/${message.httpVersion}`,
  };
  const refusal = tooLarge ? new GatewayError("REQUEST_TOO_LARGE") : oversize(message, path);
  return { request, refusal };
}

function oversize(message: IncomingMessage, path: string): GatewayError | undefined {
  if ((message.url ?? "").length > MAX_URL) {
    return new GatewayError("DEFAULT_4XX", { status: 414, message: "Request URI Too Long" });
  }
  const { rawHeaders } = message;
  // Each header is one line: name, colon, space, value and line end.
  const headerBytes = rawHeaders.reduce((sum, text) => sum + text.length + 2, 0);
  if (headerBytes > MAX_HEADERS) {
    return new GatewayError("DEFAULT_4XX", {
      status: 431,
      message: "Request Header Fields Too Large",
    });
  }
  try {
    decodeURIComponent(path);
  } catch {
    return new GatewayError("DEFAULT_4XX", { reason: "the path is not percent-encoded UTF-8" });
  }
  return undefined;
}

async function readBody(message: IncomingMessage): Promise<{ body: Buffer; tooLarge: boolean }> {
  const { "content-length": length, "transfer-encoding": encoding } = message.headers;
  if (!encoding && (length === undefined || length === "0")) {
    return { body: Buffer.alloc(0), tooLarge: false };
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    size += chunk.length;
    if (size > MAX_DISCARDED) break;
    if (size <= MAX_BODY) chunks.push(chunk);
  }
  const tooLarge = size > MAX_BODY;
  return { body: tooLarge ? Buffer.alloc(0) : Buffer.concat(chunks), tooLarge };
}

function readQuery(query: string): Map<string, string[]> {
  const values = new Map<string, string[]>();
  if (query === "") return values;
  for (const [name, value] of new URLSearchParams(query)) {
    const known = values.get(name);
    if (known) known.push(value);
    else values.set(name, [value]);
  }
  return values;
}

function readHeaders({ rawHeaders }: IncomingMessage): HeaderList {
  const headers = new HeaderList();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? "";
    const lowerCase = name.toLowerCase();
    if (DROPPED.has(lowerCase)) continue;
    headers.add(CANONICAL.get(lowerCase) ?? name, rawHeaders[index + 1] ?? "");
  }
  return headers;
}
