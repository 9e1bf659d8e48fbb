import { randomUUID } from "node:crypto";

/** An idempotent endpoint, as the checks need to know it. */
export interface Endpoint {
  url: string;
  /** Sent as `x-api-key`. */
  apiKey?: string;
  /** Another caller's key, for the check that keys of different callers never meet. */
  otherApiKey?: string;
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
  signal?: AbortSignal;
}

/** A key that nobody has used. */
export const newKey = (): string => `kit-${randomUUID()}`;

/** Sends one request to the endpoint. */
export async function send(endpoint: Endpoint, sending: Sending): Promise<KitAnswer> {
  const { key, body, apiKey = endpoint.apiKey, signal } = sending;
  const headers = new Headers({ "content-type": "application/json" });
  if (key !== undefined) headers.set("idempotency-key", key);
  if (apiKey) headers.set("x-api-key", apiKey);
  const response = await fetch(endpoint.url, {
    method: "POST",
    headers,
    body: typeof body === "string" ? body : JSON.stringify(body),
    ...(signal && { signal }),
  });
  const text = await response.text();
  let code: string | undefined;
  try {
    code = JSON.parse(text).code;
  } catch {
    // An answer that is no JSON fails the check that looks at it.
  }
  const replayed = response.headers.get("idempotent-replayed") === "true";
  return { status: response.status, text, replayed, code };
}
