import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { chance } from "../chaos/random.ts";
import { SHELF } from "../chaos/workload.ts";
import { Customers } from "./customers.ts";
import { cutTail } from "./cut-tail.ts";
import { KillEvidence } from "./evidence.ts";
import { judgeFolder, type Verdict } from "./judge.ts";
import { KilledStack } from "./killed-stack.ts";
import { readLeftBehind } from "./left-behind.ts";

/** How a stack is killed. */
export interface KillOptions {
  seed: string;
  /** How often. */
  moments: number;
  /** Customers who order at the same time. */
  customers?: number;
  /** Name of a bug that the stack has while it is killed, see {@link PLANTED_BUGS}. */
  planted?: string;
  /** Whether the folder stays. */
  keep?: boolean;
  /** Called with each kill. */
  onKill?(line: string): void;
}

const CUSTOMERS = 8;
// A kill comes so long after the stack was there, at most.
const MAX_LIFE_MS = 5_000;

/**
 * Runs a stack on one data folder and kills it again and again while customers order; every second time it also tears
 * the end of the files, as a loss of power does. Then judges what all of that has left.
 */
export async function killAgainAndAgain(options: KillOptions): Promise<Verdict> {
  const { seed, moments, customers = CUSTOMERS, planted, keep = false, onKill } = options;
  const folder = mkdtempSync(join(tmpdir(), "commerce-kills-"));
  const dataDir = join(folder, "data");
  if (keep) onKill?.(`the data folder is ${dataDir}`);
  const orders = new Customers(seed);
  const evidence = new KillEvidence();
  const start = () => KilledStack.start(dataDir, (arn) => evidence.express.add(arn), planted);
  let stack = await start();
  try {
    await stockUp(stack);
    const ordering = orders.order(customers);
    for (let moment = 1; moment <= moments; moment++) {
      orders.find(stack.doors);
      await sleep(chance(seed, "life", moment) * MAX_LIFE_MS);
      await stack.kill();
      orders.find(undefined);
      let draws = 0;
      const cut =
        moment % 2 === 0
          ? cutTail(dataDir, orders.heard, () => chance(seed, "cut", moment, draws++))
          : "nothing cut";
      onKill?.(`kill ${moment}: ${orders.heard.length} orders so far; ${cut}`);
      evidence.note(readLeftBehind(dataDir));
      stack = await start();
    }
    orders.close();
    orders.find(stack.doors);
    await ordering;
    await stack.kill();
    evidence.note(readLeftBehind(dataDir));
    return await judgeFolder(dataDir, orders.clients, evidence);
  } finally {
    orders.close();
    await stack.kill();
    if (!keep) rmSync(folder, { recursive: true, force: true });
  }
}

async function stockUp({ doors }: KilledStack): Promise<void> {
  for (const [id, product] of Object.entries(SHELF)) {
    const response = await fetch(`${doors.ordersApiUrl}/products/${id}`, {
      method: "PUT",
      headers: { "x-api-key": doors.ordersApiKey, "content-type": "application/json" },
      body: JSON.stringify(product),
    });
    if (!response.ok) throw new Error(`the stock of ${id} was answered ${response.status}`);
  }
}
