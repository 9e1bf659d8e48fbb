import { Agent, request } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import type { OrderStack } from "./order-stacks.ts";

/** What is ordered. */
export const PRODUCTS = Array.from({ length: 16 }, (_, n) => `product-${n}`);

const PRICE = 9.99;
const AMOUNT = { amount: PRICE, currency: "EUR" };

/** An order of one piece. */
function withLine(n: number): object {
  const productId = PRODUCTS[n % PRODUCTS.length];
  return {
    customerId: `customer-${n}`,
    customerEmail: "ada@example.com",
    items: [{ productId, quantity: 1, price: PRICE }],
  };
}

/** How many orders to send, and how many of them at once. */
export interface Load {
  orders: number;
  inFlight: number;
  /** Whether orders have a line and a customer, who is written to; otherwise they are of an amount. */
  itemised: boolean;
  /** Called when a workflow has ended, with how many have. */
  onEnded(ended: number): void;
}

/** Orders that went through a stack. */
export interface Round {
  orderIds: string[];
  /** From the first POST to the last end of a workflow. */
  seconds: number;
  /** From each POST to the end of its workflow. */
  milliseconds: number[];
}

const MAX_SILENCE_MS = 30_000;

/**
 * Posts orders; the next one when the workflow of one has ended.
 *
 * @throws Error when a POST is not answered 201, or no workflow ends for half a minute.
 */
export async function runRound(
  { runtime, handling, delayMs }: OrderStack,
  { orders, inFlight, itemised, onEnded }: Load,
): Promise<Round> {
  const { services, outputs } = runtime;
  const url = `${outputs["ordersApiUrl"]}/orders`;
  const door = new OrderDoor(url, `${outputs["ordersApiKey"]}`, delayMs);
  const orderIds: string[] = [];
  const milliseconds: number[] = [];
  const ended = new Set<string>();
  const waiting = new Map<string, () => void>();
  const silence = Promise.withResolvers<never>();
  const alarm = setTimeout(() => {
    const missing = orderIds.filter((id) => !ended.has(id));
    const what = `${missing.length} orders wait, ${missing[0]} among them`;
    silence.reject(new Error(`${handling}: no workflow has ended for half a minute; ${what}`));
  }, MAX_SILENCE_MS);
  const stopListening = services.states.listen({
    onExecutionEnded: ({ stateMachineArn, executionArn }) => {
      if (stateMachineArn !== outputs["orderWorkflowArn"]) return;
      const [, orderId = ""] = /:order-([0-9a-f-]{36})/.exec(executionArn) ?? [];
      ended.add(orderId);
      waiting.get(orderId)?.();
    },
  });
  let posted = 0;
  let done = 0;
  const customer = async () => {
    while (posted < orders) {
      const n = posted++;
      const sent = performance.now();
      const orderId = await door.post(itemised ? withLine(n) : AMOUNT);
      orderIds.push(orderId);
      // A fast workflow may have ended before its POST is answered.
      if (!ended.has(orderId)) {
        await new Promise<void>((resolve) => waiting.set(orderId, resolve));
      }
      milliseconds.push(performance.now() - sent);
      alarm.refresh();
      onEnded(++done);
    }
  };
  try {
    const began = performance.now();
    await Promise.race([Promise.all(Array.from({ length: inFlight }, customer)), silence.promise]);
    return { orderIds, milliseconds, seconds: (performance.now() - began) / 1000 };
  } finally {
    clearTimeout(alarm);
    stopListening();
    door.close();
  }
}

/** The keyed `POST /orders`, over connections that stay open. */
class OrderDoor {
  readonly #url: string;
  readonly #key: string;
  readonly #delayMs: number;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(url: string, key: string, delayMs: number) {
    this.#url = url;
    this.#key = key;
    this.#delayMs = delayMs;
  }

  /** Posts an order; the answer is its id. API Gateway is a service as well, whose calls take longer. */
  async post(order: object): Promise<string> {
    await sleep(this.#delayMs);
    const body = JSON.stringify(order);
    const headers = {
      "x-api-key": this.#key,
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
    };
    return new Promise((resolve, reject) => {
      const options = { method: "POST", agent: this.#agent, headers };
      const sending = request(this.#url, options, async (response) => {
        const answer = await text(response);
        if (response.statusCode === 201) resolve(JSON.parse(answer).orderId);
        else reject(new Error(`POST /orders was answered ${response.statusCode}: ${answer}`));
      });
      sending.on("error", reject).end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
