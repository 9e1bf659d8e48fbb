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
const HEADERS = {
  "content-type": "application/json",
  "content-length": Buffer.byteLength(BODY),
};
const RETRY_MS = 50;

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

/** The id of the order; undefined where it was not taken. */
function post(url: string, agent: Agent): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const sending = request(url, { method: "POST", agent, headers: HEADERS }, (response) => {
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
    sending.end(BODY);
  });
}
