import { deadLetters } from "../evidence.ts";
import type { Facts } from "./facts.ts";
import type { Verdict } from "./invariants.ts";

// What no attempt can process, in the words of the function.
const PERMANENT = /^(unknown_order|validation_failed|invalid_json|idempotency_key_invalid): /;

/** B2 to B5, L1, O1: what cannot be processed is set aside with its reason, and nothing else stays behind. */
export function judgeQueues(facts: Facts, verdict: Verdict): void {
  const { evidence } = facts;
  judgeBuried(facts, verdict);
  const dead = deadLetters(evidence.world);
  const set = dead.get("orders") ?? [];
  const isPoison = ({ body }: { body: string }) => evidence.poison.some((one) => one === body);
  const silent = set.filter(({ reason }) => reason === undefined);
  verdict.check(
    "B2",
    silent.length === 0,
    {},
    `${silent.length} messages are dead without a reason`,
  );
  const good = set.filter((one) => !isPoison(one));
  verdict.check(
    "B4",
    good.length === 0,
    {},
    `set aside: ${good[0]?.body.slice(0, 200)}, ${good[0]?.reason}`,
  );
  for (const body of new Set(evidence.poison)) {
    const sent = evidence.poison.filter((one) => one === body).length;
    const kept = set.filter((one) => one.body === body).length;
    verdict.check(
      "B3",
      kept >= sent,
      {},
      `${kept} of ${sent} messages ${body.slice(0, 80)} are kept`,
    );
  }
  for (const [name, all] of dead) {
    if (name === "orders") continue;
    const [first] = all;
    verdict.check(
      "B3",
      all.length === 0,
      {},
      `${name} holds ${all.length}: ${first?.body.slice(0, 200)}`,
    );
  }
  for (const queue of evidence.world.services.sqs.queues) {
    if (/dlq|failures|parked/.test(queue.name)) continue;
    const { visible, notVisible, delayed } = queue.counts();
    const count = visible + notVisible + delayed;
    verdict.check("L1", count === 0, {}, `${queue.name} holds ${count} messages`);
  }
  const same = evidence.before === evidence.after;
  verdict.check("B5", same, {}, "to send everything once more changed something");
  const told = evidence.world.lines.filter(({ message }) =>
    message.includes("order_message_set_aside"),
  );
  const what = `${told.length} log lines for ${evidence.poison.length} poison messages`;
  verdict.check("O1", told.length >= evidence.poison.length, {}, what);
}

/** What lay in the dead-letter queues after the storm, before anybody redrove it. */
function judgeBuried({ evidence }: Facts, verdict: Verdict): void {
  for (const { body } of evidence.buried.get("order-workflow-parked-refunds") ?? []) {
    const { reason, orderId } = JSON.parse(body) as { reason: string; orderId: string };
    verdict.saw("a refund was parked");
    const what = "a step came when the order was not ready for it, and the order was parked";
    verdict.check("C1", reason !== "WrongState", { orderId }, what);
  }
  for (const [name, messages] of evidence.buried) {
    verdict.saw("a message was dead-lettered", messages.length);
    for (const { reason } of messages) {
      if (reason === undefined) continue;
      verdict.saw("poison was set aside");
      const isDuplicate = /already|exists|duplicate/i.test(reason);
      verdict.check("B2", !isDuplicate, {}, `${name} holds a duplicate: ${reason}`);
      verdict.check("B4", PERMANENT.test(reason), {}, `${name}: ${reason}`);
    }
  }
  const [first] = evidence.overlaps;
  const what = `message ${first} was handled twice at once: it was visible again too soon`;
  verdict.check("B3", first === undefined, {}, what);
}
