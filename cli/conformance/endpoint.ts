import { randomUUID } from "node:crypto";
import { request as plainRequest } from "node:http";
import { request as tlsRequest } from "node:https";

/** An idempotent endpoint, as the checks need to know it. */
export interface Endpoint {
  url: string;
  /** Sent as `x-api-key`. */
  apiKey?: string;
  /** Another caller's key, for the check that keys of different callers never meet. */
  otherApiKey?: string;
  /** Another idempotent route, for the check that keys of different routes never meet. */
  otherRoute?: Pick<Endpoint, "url" | "body">;
  /** Whether a request without a key is refused; some endpoints only offer one. */
  keyRequired: boolean;
  /** A valid body; different for different numbers. */
  body(n: number): object;
}

/** A kind of endpoint, and where a stack has it. */
export interface Kind extends Pick<Endpoint, "keyRequired" | "body"> {
  /** Output of the stack with the URL of the API. */
  output: string;
  path: string;
}

/** The endpoints that the kit knows. */
export const KINDS: Record<string, Kind> = {
  ingest: {
    output: "ingestApiUrl",
    path: "/ingest",
    keyRequired: true,
    body: (n) => ({
      users: [
        { id: n + 1, name: "Conformance Kit", email: `kit-${n}@example.com`, active: true },
        { id: n + 2, name: "Second User", email: `kit-${n}-2@example.com`, active: false },
      ],
    }),
  },
  orders: {
    output: "ordersApiUrl",
    path: "/orders",
    keyRequired: false,
    body: (n) => ({
      customerId: "conformance-kit",
      customerEmail: "kit@example.com",
      items: [{ productId: `kit-${n}`, quantity: 1, price: 9.99 }],
    }),
  },
};

/** An answer, read to its end. */
export interface KitAnswer {
  status: number;
  text: string;
  replayed: boolean;
  code: string | undefined;
}

/** How a request is sent. */
export interface Sending {
  /** Undefined sends no key. */
  key?: string | undefined;
  body: string | object;
  apiKey?: string | undefined;
}

/** A key that nobody has used. */
export const newKey = (): string => `kit-${randomUUID()}`;

/** Sends one request to the endpoint. */
export async function send(endpoint: Endpoint, sending: Sending): Promise<KitAnswer> {
  const { url } = endpoint;
  const response = await fetch(url, { method: "POST", ...written(endpoint, sending) });
  const text = await response.text();
  let code: string | undefined;
  try {
    code = JSON.parse(text).code;
  } catch {
    // A response that is not JSON fails the check that looks at it.
  }
  const replayed = response.headers.get("idempotent-replayed") === "true";
  return { status: response.status, text, replayed, code };
}

/**
 * Sends one request whole, and hangs up before it is answered: its sender cannot know what became of it.
 *
 * @throws Error when it could not be sent.
 */
export async function sendAndHangUp(
  endpoint: Endpoint,
  sending: Sending,
  afterMs: number,
): Promise<void> {
  const { headers, body } = written(endpoint, sending);
  const start = new URL(endpoint.url).protocol === "https:" ? tlsRequest : plainRequest;
  const length = String(Buffer.byteLength(body));
  await new Promise<void>((resolve, reject) => {
    const request = start(endpoint.url, {
      method: "POST",
      headers: { ...headers, "content-length": length },
    });
    let sent = false;
    // Hanging up is an error as well, though a wanted one.
    request.on("error", (error) => sent || reject(error));
    request.on("close", resolve);
    // The last byte is on its way. A fixed time would pass before a far server is even reached.
    request.on("finish", () => {
      sent = true;
      setTimeout(() => request.destroy(), afterMs);
    });
    request.end(body);
  });
}

function written(endpoint: Endpoint, { key, body, apiKey = endpoint.apiKey }: Sending) {
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (key !== undefined) headers["idempotency-key"] = key;
  if (apiKey) headers["x-api-key"] = apiKey;
  return { headers, body: typeof body === "string" ? body : JSON.stringify(body) };
}
