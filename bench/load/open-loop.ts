import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** What came of the orders that were offered. */
export interface Offered {
  /** Milliseconds from when an order was due to its answer, of those that were answered 202. */
  latencies: number[];
  accepted: number;
  /** How many answers there were of each other status, or of an error's code where there was no answer. */
  refused: Record<string, number>;
  /** When the last order was due, on the clock of `performance`. */
  lastDueAt: number;
}

const BODY = JSON.stringify({ amount: 9.99, currency: "EUR" });
const HEADERS = {
  "content-type": "application/json",
  "content-length": Buffer.byteLength(BODY),
};

/** Posts orders at a steady rate, whether or not the earlier ones have been answered, and waits for all answers. */
export async function offerOrders(
  url: string,
  {
    perSecond,
    seconds,
    onSent,
  }: { perSecond: number; seconds: number; onSent(sent: number): void },
): Promise<Offered> {
  const agent = new Agent({ keepAlive: true });
  const orders = perSecond * seconds;
  const offered: Offered = { latencies: [], accepted: 0, refused: {}, lastDueAt: 0 };
  const answers: Promise<void>[] = [];
  const began = performance.now();
  for (let n = 0; n < orders; n++) {
    const dueAt = began + (n * 1000) / perSecond;
    const early = dueAt - performance.now();
    if (early > 0) await sleep(early);
    offered.lastDueAt = dueAt;
    const answered = post(url, agent).then((status) => {
      if (status === "202") {
        offered.accepted++;
        offered.latencies.push(performance.now() - dueAt);
      } else offered.refused[status] = (offered.refused[status] ?? 0) + 1;
    });
    answers.push(answered);
    onSent(n + 1);
  }
  await Promise.all(answers);
  agent.destroy();
  return offered;
}

/** The status of the answer, or the code of the error. */
function post(url: string, agent: Agent): Promise<string> {
  return new Promise((resolve) => {
    const sending = request(url, { method: "POST", agent, headers: HEADERS }, (response) => {
      response.resume();
      response.on("end", () => resolve(String(response.statusCode)));
      response.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    });
    sending.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    sending.end(BODY);
  });
}

/** The value that the given share of them does not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
