import { type Facts, isExpress, type OrderItem, type Run } from "./facts.ts";
import type { Verdict } from "./invariants.ts";

const RANK: Record<string, number> = { PENDING: 0, PROCESSING: 1, COMPLETED: 2, FAILED: 2 };
const isOver = ({ status }: OrderItem) => status === "COMPLETED" || status === "FAILED";

/** B1, C1 to C3, L1: every order gets to its workflow once, goes forward only, and ends. */
export function judgeOrders(facts: Facts, verdict: Verdict): void {
  for (const [orderId, order] of facts.orders) {
    const seen = facts.versions.get(orderId) ?? [];
    judgeRuns(facts, verdict, order, facts.runs.get(orderId) ?? []);
    judgeVersions(verdict, order, seen);
    const { status, paymentStatus, stockStatus, statusShard } = order;
    const end = `it ends as ${status} ${paymentStatus} ${stockStatus}`;
    verdict.check("L1", isOver(order), { orderId }, end);
    const isIndexed = statusShard?.startsWith(`${status}#`);
    verdict.check("C3", isIndexed, { orderId }, `${status} is indexed as ${statusShard}`);
  }
  for (const { orderId, status } of facts.evidence.shown) {
    const had = facts.versions.get(orderId)?.some((one) => one.status === status) ?? false;
    verdict.check("C3", had, { orderId }, `the index showed it as ${status}`);
  }
}

function judgeRuns(facts: Facts, verdict: Verdict, order: OrderItem, runs: Run[]): void {
  const { orderId, createdAt } = order;
  const first = runs.filter(({ name }) => name === `order-${orderId}`);
  const named = `${first.length} of its ${runs.length} executions have its name`;
  const express = isExpress(facts.evidence);
  const unwatched = express && facts.evidence.world.expressRuns === undefined;
  // An Express execution may be started twice; nothing else may.
  const isOnce = express ? unwatched || first.length >= 1 : first.length === 1;
  verdict.check("B1", isOnce, { orderId }, named);
  const byHand = facts.evidence.plan.happened.some(
    ({ kind, subject }) => kind.startsWith("exists") && subject === orderId,
  );
  const input = JSON.stringify({ orderId, createdAt });
  const odd = runs.filter((run) => run.input !== undefined && run.input !== input);
  verdict.check(
    "B1",
    byHand || express || odd.length === 0,
    { orderId },
    `it was run with ${odd[0]?.input}`,
  );
  const running = runs.filter(({ status }) => status === "RUNNING");
  verdict.check("L1", running.length === 0, { orderId }, "an execution still runs");
  if (runs.length > 1) verdict.saw("a workflow was run again");
}

function judgeVersions(verdict: Verdict, { orderId }: OrderItem, seen: OrderItem[]): void {
  const about = { orderId };
  verdict.check("A6", seen[0]?.version === 1, about, "the stream carries no insert");
  const numbers = seen.map(({ version }) => version);
  const isGapless = numbers.every((version, index) => version === index + 1);
  verdict.check("C2", isGapless, about, `versions ${numbers}`);
  const ranks = seen.map(({ status }) => RANK[status] ?? -1);
  const isForward = ranks.every((rank, index) => index === 0 || rank >= (ranks[index - 1] ?? 0));
  verdict.check("C1", isForward, about, `statuses ${seen.map(({ status }) => status)}`);
  const end = seen.findIndex(isOver);
  verdict.check("C1", end < 0 || end === seen.length - 1, about, "it changed after its end");
}
