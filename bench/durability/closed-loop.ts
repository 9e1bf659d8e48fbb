import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { LoadedStack } from "../load/loaded-stack.ts";

/** What a number of clients got done, each with one order at a time. */
export interface ClosedLoop {
  /** Orders per second that were posted and came to COMPLETED. */
  perSecond: number;
  /** Milliseconds from the POST to the end of its workflow. */
  latencies: number[];
}

const BODY = JSON.stringify({ amount: 9.99, currency: "EUR" });
const RETRY_MS = 50;
const LETTERS_MS = 3_000;

/** Lets clients post an order, wait for the end of its workflow, and post the next, for so many seconds. */
export async function orderInTurn(
  stack: LoadedStack,
  clients: number,
  { warmUpSeconds, seconds }: { warmUpSeconds: number; seconds: number },
): Promise<ClosedLoop> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const waiting = new Map<string, () => void>();
  const early = new Set<string>();
  stack.onEnded = (execution, status) => {
    if (status !== "SUCCEEDED") throw new Error(`${execution} is ${status}`);
    const [orderId = ""] = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/.exec(execution) ?? [];
    const go = waiting.get(orderId);
    if (go) go();
    else early.add(orderId);
  };
  const counted = performance.now() + warmUpSeconds * 1000;
  const end = counted + seconds * 1000;
  const latencies: number[] = [];
  const client = async () => {
    while (performance.now() < end) {
      const began = performance.now();
      const orderId = await post(stack.ordersUrl, agent);
      if (orderId === undefined) {
        await sleep(RETRY_MS);
        continue;
      }
      if (!early.delete(orderId)) {
        await new Promise<void>((resolve) => waiting.set(orderId, resolve));
        waiting.delete(orderId);
      }
      const now = performance.now();
      if (now >= counted && now <= end) latencies.push(now - began);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  agent.destroy();
  stack.onEnded = undefined;
  return { perSecond: latencies.length / seconds, latencies };
}

/** Places an order with all that a shop's orders have, and answers its id once its workflow is over and its letters are written. */
export async function placeWholeOrder(stack: LoadedStack): Promise<string> {
  const body = JSON.stringify({
    customerId: "4f1c7f0e-6f0c-4b8e-9d57-0a3f5f6f2c11",
    customerEmail: "jane.doe@example.com",
    items: [
      { productId: "espresso-cup-white", quantity: 4, price: 12.5 },
      { productId: "coffee-beans-1kg", quantity: 1, price: 24.9 },
    ],
    paymentToken: "tok_visa",
  });
  const ended: string[] = [];
  stack.onEnded = (execution) => ended.push(execution);
  const agent = new Agent();
  const orderId = await post(stack.ordersUrl, agent, body);
  if (!orderId) throw new Error("the order was not taken");
  while (!ended.some((execution) => execution.includes(orderId))) await sleep(RETRY_MS);
  await sleep(LETTERS_MS);
  agent.destroy();
  stack.onEnded = undefined;
  return orderId;
}

/** The id of the order; undefined where it was not taken. */
function post(url: string, agent: Agent, body = BODY): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const headers = {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
    };
    const sending = request(url, { method: "POST", agent, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => {
        resolve(response.statusCode === 202 ? JSON.parse(text).orderId : undefined);
      });
      response.on("error", reject);
    });
    sending.on("error", reject);
    sending.end(body);
  });
}
