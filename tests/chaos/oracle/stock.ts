import { STOCK } from "../workload.ts";
import { whileTimePasses } from "../world.ts";
import type { Facts } from "./facts.ts";
import type { Verdict } from "./invariants.ts";

/** S2: what there was is free or sold, and nothing is held any more. */
export async function judgeStock({ evidence, orders }: Facts, verdict: Verdict): Promise<void> {
  const { world } = evidence;
  for (const [product, initial] of Object.entries(STOCK)) {
    const key = { "x-api-key": world.output("ordersApiKey") };
    const url = `${world.output("ordersApiUrl")}/products/${product}`;
    const { text } = await whileTimePasses(world, world.request("GET", url, key));
    const { stock, held, sold } = JSON.parse(text);
    let due = 0;
    for (const { status, items = [] } of orders.values()) {
      if (status !== "COMPLETED") continue;
      for (const line of items) if (line.productId === product) due += line.quantity;
    }
    const holds = stock + sold === initial && held === 0 && sold === due && stock >= 0;
    verdict.check("S2", holds, {}, `${product}: ${text}; ${due} of ${initial} were sold`);
  }
}
