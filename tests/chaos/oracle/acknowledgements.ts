import {
  type Client,
  type Door,
  type Heard,
  isAcknowledged,
  mailOf,
  totalOf,
} from "../workload.ts";
import type { Facts, OrderItem } from "./facts.ts";
import type { Verdict } from "./invariants.ts";

const DOORS: readonly Door[] = ["rest", "http", "direct"];
const KNOWN = [201, 202, 409, 422, 429, 502, 503, 504];
/** How long a key is remembered. */
const KEPT_MS = 24 * 3_600_000;

/** A1 to A7: what clients were told is so, and stays so. */
export function judgeAcknowledgements(facts: Facts, verdict: Verdict): void {
  const { evidence, orders, aliases, rows, removed } = facts;
  for (const orderId of removed) verdict.check("A1", false, { orderId }, "the order was removed");
  for (const client of evidence.clients) {
    judgeDurable(facts, verdict, client);
    if (client.plan.key) judgeKey(facts, verdict, client);
    judgeAnswers(facts, verdict, client);
  }
  for (const row of rows.filter(({ PK }) => String(PK).startsWith("IDEMPOTENCY#"))) {
    const orderId = String(row["orderId"]);
    verdict.check("A6", orders.has(orderId), { orderId }, "a key is claimed for no order");
  }
  for (const [alias, orderId] of aliases) {
    const leads = orders.has(orderId) && !orders.has(alias);
    verdict.check("A6", leads, { orderId }, `${alias} stands for no other order`);
  }
}

/** The order that an answer was about. */
function orderOf({ orders, aliases }: Facts, id = ""): OrderItem | undefined {
  return orders.get(id) ?? orders.get(aliases.get(id) ?? "");
}

function judgeDurable(facts: Facts, verdict: Verdict, { plan, heard, reads }: Client): void {
  for (const { orderId, body, door, status } of heard) {
    if (!isAcknowledged(status)) continue;
    const stored = orderOf(facts, orderId);
    const whole =
      stored?.totalMinor === totalOf(plan) && stored.customerEmail === mailOf(plan, body);
    const what = `answered ${door}, and found as ${JSON.stringify(stored)}`;
    verdict.check("A1", whole, { orderId, client: plan.n }, what);
  }
  for (const { status, orderId } of reads) {
    const what = "an order that was just answered 201 is not found";
    verdict.check("A1", status !== 404, { orderId, client: plan.n }, what);
  }
}

function judgeKey(facts: Facts, verdict: Verdict, { plan, heard }: Client): void {
  const own = facts.ordersOf(mailOf(plan));
  for (const door of DOORS) {
    const mine = heard.filter(
      (one) =>
        one.door === door &&
        one.body === "own" &&
        isAcknowledged(one.status) &&
        !isRefused(orderOf(facts, one.orderId)),
    );
    if (mine.length > 1) verdict.saw("the same key was answered again");
    judgeOnce(facts, verdict, plan.n, door, mine);
    const stored = own
      .filter((order) => order.door === door && !isRefused(order))
      .sort((one, two) => one.createdAt.localeCompare(two.createdAt));
    const [{ orderId, createdAt: first = "" } = { orderId: undefined }] = stored;
    // After a day the key is a new one.
    const again = stored.filter(
      ({ createdAt }) => Date.parse(createdAt) > Date.parse(first) + KEPT_MS - SKEW_MS,
    );
    if (again.length > 0) verdict.saw("a key was forgotten after a day");
    const count = stored.length - again.length;
    verdict.check(
      "A2",
      count <= 1,
      { orderId, client: plan.n },
      `${count} orders of one key at ${door}`,
    );
  }
  const ended = heard.filter(({ body }) => body === "own").at(-1);
  if (ended && isAcknowledged(ended.status)) {
    const what = "a repeated request left no order";
    verdict.check("A5", own.length > 0, { orderId: ended.orderId, client: plan.n }, what);
  }
  if (plan.reuse) judgeReuse(facts, verdict, { plan, heard });
}

// Two hosts, one of them five minutes ahead and the other five behind.
const SKEW_MS = 11 * 60_000;

function judgeOnce(
  facts: Facts,
  verdict: Verdict,
  client: number,
  door: Door,
  mine: Heard[],
): void {
  const perDay = new Map<number, Set<string>>();
  for (const { text, orderId, at } of mine) {
    // Behind the queue a repeated request gets an id of its own, which leads to the order.
    const id =
      door === "direct" ? (orderOf(facts, orderId)?.orderId ?? `none for ${orderId}`) : text;
    const day = Math.floor((at - (mine[0]?.at ?? 0)) / (KEPT_MS - SKEW_MS));
    perDay.set(day, (perDay.get(day) ?? new Set()).add(id));
  }
  for (const texts of perDay.values()) {
    const about = { orderId: mine[0]?.orderId, client };
    verdict.check("A2", texts.size <= 1, about, `${door} answered ${[...texts].join(" and ")}`);
  }
}

function judgeReuse(
  facts: Facts,
  verdict: Verdict,
  { plan, heard }: Pick<Client, "plan" | "heard">,
): void {
  const others = facts.ordersOf(mailOf(plan, "other"));
  // A client that gave up before may come with its own body a day later.
  const before = heard.slice(
    0,
    heard.findIndex(({ body }) => body === "other"),
  );
  const own = before.some(({ door, status }) => door === plan.door && isAcknowledged(status));
  const answers = heard.filter(({ body, status }) => body === "other" && status !== "lost");
  const [{ status, orderId } = { status: undefined, orderId: undefined }] = answers;
  if (!own || status === undefined) return;
  const about = { orderId, client: plan.n };
  if (plan.door === "rest") {
    if (status === 422) verdict.saw("a key with another body was refused");
    const what = `another body was answered ${status}`;
    verdict.check(
      "A3",
      status === 422 || (typeof status === "number" && status >= 429),
      about,
      what,
    );
    verdict.check("A7", others.length === 0, about, "what was refused is stored");
    return;
  }
  // A door with a queue behind it cannot tell before it has answered: of the two orders one ends, and says why.
  const mine = facts.ordersOf(mailOf(plan)).filter((order) => order.door === plan.door);
  const all = [...mine, ...others.filter((order) => order.door === plan.door)];
  const refused = all.filter(isRefused);
  verdict.saw("an order failed for its key, which was another's", refused.length);
  const what = `${all.length - refused.length} orders of one key, with two bodies`;
  verdict.check("A3", all.length - refused.length <= 1 || isLate(all), about, what);
}

/** Whether an order's key was taken by another body, and the order has ended for it. */
function isRefused(order: OrderItem | undefined): boolean {
  return order?.conflict !== undefined && order.status === "FAILED";
}

/** Whether there is a day between the orders of a key: then it was a new one. */
function isLate(orders: OrderItem[]): boolean {
  const times = orders.map(({ createdAt }) => Date.parse(createdAt));
  return Math.max(...times) - Math.min(...times) > KEPT_MS - SKEW_MS;
}

function judgeAnswers({ evidence }: Facts, verdict: Verdict, { plan, heard }: Client): void {
  // The gateway answers 500 where it could not reach the function or the queue.
  const isCutOff = evidence.plan.happened.some(({ point }) => point.startsWith("apigateway"));
  for (const { status, text, door } of heard) {
    if (status === "lost") continue;
    if (status === 503) verdict.saw("the service was busy");
    const known = KNOWN.includes(status) || (status === 500 && isCutOff);
    const what = `${door} answered ${status} ${text.slice(0, 200)}`;
    verdict.check("A4", known, { client: plan.n }, what);
  }
}
