import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type Client, mailOf, type Plan, planOf } from "../chaos/workload.ts";
import type { Doors } from "./stack-process.ts";

// A customer whose connection breaks tries again until somebody answers.
const RETRY_MS = 100;

/** Customers who order at a stack that comes and goes. */
export class Customers {
  readonly clients: Client[] = [];
  readonly #seed: string;
  #doors: Doors | undefined;
  #isOver = false;

  constructor(seed: string) {
    this.#seed = seed;
  }

  /** Ids of the orders that they were told of. */
  get heard(): string[] {
    return this.clients.flatMap(({ heard }) => heard.flatMap(({ orderId }) => orderId ?? []));
  }

  /** Where the stack is from now on; undefined while it is down. */
  find(doors: Doors | undefined): void {
    this.#doors = doors;
  }

  /** Lets so many customers order at a time, each with one order after the other, until {@link close}. */
  async order(atOnce: number): Promise<void> {
    await Promise.all(Array.from({ length: atOnce }, () => this.#orderInTurn()));
  }

  /** Nobody begins a new order; those that were begun are sent until they are answered. */
  close(): void {
    this.#isOver = true;
  }

  async #orderInTurn(): Promise<void> {
    while (!this.#isOver) {
      const n = this.clients.length;
      // What a customer does with a key is another test's; here each is sent until it is answered.
      const plan: Plan = {
        ...planOf(this.#seed, n),
        key: randomUUID(),
        twin: false,
        replay: false,
        reuse: false,
        otherDoor: undefined,
        givesUp: false,
      };
      const client: Client = { plan, heard: [], reads: [], visits: [] };
      this.clients.push(client);
      while (!(await this.#send(client))) await sleep(RETRY_MS);
    }
  }

  /** Whether the order was taken, or refused for good. */
  async #send({ plan, heard, reads }: Client): Promise<boolean> {
    const doors = this.#doors;
    if (!doors) return false;
    const { door } = plan;
    const entry: Client["heard"][number] = {
      door,
      body: "own",
      status: "lost",
      text: "",
      orderId: undefined,
      at: 0,
    };
    heard.push(entry);
    const url = {
      rest: `${doors.ordersApiUrl}/orders`,
      direct: `${doors.ordersApiUrl}/orders/direct`,
      http: `${doors.ordersHttpApiUrl}/orders`,
    }[door];
    const key = { "x-api-key": doors.ordersApiKey };
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          ...(door !== "http" && key),
          ...(plan.key && { "idempotency-key": plan.key }),
        },
        body: JSON.stringify({
          customerId: `customer-${plan.n}`,
          customerEmail: mailOf(plan),
          items: [
            { productId: plan.product, quantity: plan.quantity, price: plan.priceCents / 100 },
          ],
          paymentToken: plan.token,
        }),
      });
      const text = await response.text();
      Object.assign(entry, { status: response.status, text, at: Date.now() });
      // An order that is wrong, e.g. whose price is, stays wrong.
      if (response.status === 422) return true;
      if (response.status !== 201 && response.status !== 202) return false;
      entry.orderId = String(JSON.parse(text).orderId);
      if (response.status === 201) {
        const read = await fetch(`${doors.ordersApiUrl}/orders/${entry.orderId}`, { headers: key });
        reads.push({ status: read.status, orderId: entry.orderId });
      }
      return true;
    } catch {
      // The stack was killed meanwhile: whether it took the order, the next answer says.
      return entry.orderId !== undefined;
    }
  }
}
