/** A product as `GET /products` lists it. */
export interface Product {
  productId: string;
  name?: string;
  stock: number;
  price?: number;
  currency?: string;
}

/** An order as `GET /orders/{orderId}` shows it. */
export interface OrderStatus {
  orderId: string;
  status: "PENDING" | "PROCESSING" | "COMPLETED" | "FAILED";
  amount: number;
  currency: string;
  createdAt: string;
  failureReason?: string;
}

/** Body of `POST /orders`. */
export interface OrderBody {
  customerId: string;
  customerEmail: string;
  items: { productId: string; quantity: number; price: number }[];
  currency: string;
  paymentToken: string;
}

/** The API refused a request, and would refuse it again. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly status: number;
  readonly code: string;
  /** What is wrong with which field of the body. */
  readonly fields: { pointer: string; message: string }[];

  constructor(status: number, problem: Record<string, unknown>) {
    super(
      typeof problem["detail"] === "string" ? problem["detail"] : `The shop answered ${status}.`,
    );
    this.status = status;
    this.code = String(problem["code"] ?? "");
    this.fields = (problem["errors"] ?? []) as Refused["fields"];
  }
}

/** What the client needs from the browser; tests bring their own. */
export interface Surroundings {
  fetch(url: string, init?: RequestInit): Promise<Response>;
  /** Resolves after so many milliseconds. */
  wait(ms: number): Promise<void>;
  /** Called before a request is tried again, with how often it has failed so far. */
  onRetry?(failures: number): void;
}

const FIRST_WAIT_MS = 500;
const MAX_WAIT_MS = 15_000;

/**
 * The open HTTP API. A request that finds no network, a busy shop or a failed one is tried again until it is answered:
 * reads change nothing, and orders carry an `Idempotency-Key`. Each method rejects with {@link Refused} for any other
 * refusal.
 */
export class ShopApi {
  readonly #url: string;
  readonly #around: Surroundings;

  constructor(url: string, around: Surroundings) {
    this.#url = url;
    this.#around = around;
  }

  /** Every product. */
  async products(): Promise<Product[]> {
    const all: Product[] = [];
    let after: string | undefined;
    do {
      const query = new URLSearchParams({ limit: "100", ...(after !== undefined && { after }) });
      const page = (await this.#request(`/products?${query}`)) as {
        products: Product[];
        next?: string;
      };
      all.push(...page.products);
      after = page.next;
    } while (after !== undefined);
    return all;
  }

  /** Places an order; the same key and body are the same order, however often they are sent. Answers its id. */
  async placeOrder(key: string, body: OrderBody): Promise<string> {
    const answer = await this.#request("/orders", {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": key },
      body: JSON.stringify(body),
    });
    return (answer as { orderId: string }).orderId;
  }

  /** An order; undefined while it is accepted and not yet stored. */
  async order(orderId: string): Promise<OrderStatus | undefined> {
    try {
      return (await this.#request(`/orders/${orderId}`)) as OrderStatus;
    } catch (error) {
      if (error instanceof Refused && error.status === 404) return undefined;
      throw error;
    }
  }

  async #request(path: string, init?: RequestInit): Promise<unknown> {
    for (let failures = 0; ; ) {
      const answer = await this.#once(path, init);
      if ("value" in answer) return answer.value;
      failures += 1;
      this.#around.onRetry?.(failures);
      const backoff = Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - 1));
      await this.#around.wait(Math.max(backoff, answer.retryAfterMs));
    }
  }

  async #once(
    path: string,
    init: RequestInit | undefined,
  ): Promise<{ value: unknown } | { retryAfterMs: number }> {
    let response: Response;
    let text: string;
    try {
      response = await this.#around.fetch(`${this.#url}${path}`, init);
      text = await response.text();
    } catch {
      // No network, or the answer broke off.
      return { retryAfterMs: 0 };
    }
    const body = parsed(text);
    if (response.ok && body !== undefined) return { value: body };
    if (response.ok || response.status >= 500 || response.status === 429) {
      return { retryAfterMs: Number(response.headers.get("retry-after") ?? 0) * 1000 || 0 };
    }
    throw new Refused(response.status, (body ?? {}) as Record<string, unknown>);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
