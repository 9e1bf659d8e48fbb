import type { Evidence } from "../evidence.ts";
import { judgeAcknowledgements } from "./acknowledgements.ts";
import { judgeCustomers } from "./customers.ts";
import { readFacts } from "./facts.ts";
import { judgeFailures } from "./failures.ts";
import { judgeIngest } from "./ingest.ts";
import { Verdict } from "./invariants.ts";
import { judgeLetters } from "./letters.ts";
import { judgeMoney } from "./money.ts";
import { judgeOrders } from "./orders.ts";
import { judgeQueues } from "./queues.ts";
import { judgeStock } from "./stock.ts";
import { judgeWiring } from "./wiring.ts";

/** Judges a round by all that it left behind. */
export async function judge(evidence: Evidence): Promise<Verdict> {
  const facts = await readFacts(evidence);
  const verdict = new Verdict((orderId = "") => {
    const mail = facts.orders.get(orderId)?.customerEmail ?? "";
    return facts.byMail.get(mail)?.plan.n;
  });
  judgeAcknowledgements(facts, verdict);
  judgeOrders(facts, verdict);
  judgeMoney(facts, verdict);
  judgeFailures(facts, verdict);
  judgeLetters(facts, verdict);
  await judgeStock(facts, verdict);
  judgeQueues(facts, verdict);
  await judgeCustomers(facts, verdict);
  await judgeIngest(facts, verdict);
  judgeWiring(evidence.world.program, verdict);
  return verdict;
}
