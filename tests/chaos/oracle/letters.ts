import { SUBJECTS } from "../../../handlers/orders/rules/announcement.ts";
import type { Evidence } from "../evidence.ts";
import { SHOP } from "../world.ts";
import type { Facts, OrderItem } from "./facts.ts";
import type { Verdict } from "./invariants.ts";

interface FoundLetter {
  kind: string;
  to: string;
  subject: string;
  body: string;
  /** What a provider drops a second one by. */
  id: string;
}

const RECEIVED = "email We have received your order";
const ENDS: Record<string, string[]> = {
  COMPLETED: ["email Your order is complete", "sms Your order # is on its way."],
  FAILED: ["email We could not complete your order", "sms We are sorry: we could not complete"],
};

/** N1 and N2: the shop and the customer are told of what happened to an order, once. */
export function judgeLetters(facts: Facts, verdict: Verdict): void {
  const letters = lettersByOrder(facts.evidence);
  let again = 0;
  for (const order of facts.orders.values()) {
    const found = letters.get(order.orderId) ?? [];
    again += judgeShop(
      verdict,
      order,
      found.filter(({ to }) => to === SHOP),
    );
    const others = found.filter(({ to }) => to !== SHOP);
    if (order.customerEmail) judgeCustomer(facts, verdict, order, others);
  }
  for (const orderId of letters.keys()) {
    verdict.check("N2", facts.orders.has(orderId), { orderId }, "letters about no order");
  }
  judgeRepeats(facts, verdict, again);
}

/** Answers how many letters came more than once. */
function judgeShop(verdict: Verdict, { orderId, status }: OrderItem, found: FoundLetter[]): number {
  const subjects = found.map(({ subject }) => subject);
  const last = status === "COMPLETED" ? SUBJECTS.OrderCompleted : SUBJECTS.OrderFailed;
  for (const subject of [SUBJECTS.OrderCreated, last]) {
    verdict.check(
      "N1",
      subjects.includes(subject),
      { orderId },
      `the shop was not told "${subject}"`,
    );
  }
  const wrong = subjects.filter((one) => one !== SUBJECTS.OrderCreated && one !== last);
  verdict.check("N2", wrong.length === 0, { orderId }, `the shop was told "${wrong[0]}"`);
  return subjects.length - new Set(subjects).size;
}

/** A batch is at most ten events; it may be published again where its function could not note that it was. */
function judgeRepeats({ evidence }: Facts, verdict: Verdict, again: number): void {
  const excuses = evidence.plan.happened.filter(({ point }) =>
    /-events|sns\.amazonaws\.com|lambda\.Invoke/.test(point),
  ).length;
  const what = `the shop was told ${again} things again, after ${excuses} faults`;
  verdict.check("N2", again <= 10 * excuses, {}, what);
}

function judgeCustomer(
  { evidence }: Facts,
  verdict: Verdict,
  { orderId, status }: OrderItem,
  found: FoundLetter[],
): void {
  // A letter may go out again where its function could not say that it went out, or where a delivery came twice at once;
  // its id is the same then.
  const excused = evidence.plan.happened.some(
    ({ point, subject }) =>
      subject === orderId && /-notify|^sns\.amazonaws\.com > lambda/.test(point),
  );
  const effects = new Map<string, Set<string>>();
  const times = new Map<string, number>();
  for (const { kind, subject, body, id } of found) {
    const effect = `${kind} ${subject || body.replace(orderId, "#")}`;
    effects.set(effect, (effects.get(effect) ?? new Set()).add(id));
    times.set(`${effect} ${id}`, (times.get(`${effect} ${id}`) ?? 0) + 1);
  }
  for (const [effect, count] of times) {
    verdict.check("N2", count === 1 || excused, { orderId }, `${effect} was sent ${count} times`);
  }
  for (const [effect, ids] of effects) {
    verdict.check("N2", ids.size === 1, { orderId }, `${effect} was sent under ${ids.size} ids`);
  }
  const due = [RECEIVED, ...(ENDS[status] ?? [])];
  const sent = [...effects.keys()];
  const isTold = due.every((one) => sent.some((effect) => effect.startsWith(one)));
  const list = sent.join(", ") || "nothing";
  verdict.check("N1", isTold, { orderId }, `the customer was written ${list}`);
  verdict.check("N2", sent.length <= due.length, { orderId }, `the customer was written ${list}`);
}

function lettersByOrder({ world }: Evidence): Map<string, FoundLetter[]> {
  const found = new Map<string, FoundLetter[]>();
  const add = (letter: FoundLetter) => {
    const [orderId] = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/.exec(letter.body) ?? [];
    if (orderId) found.set(orderId, [...(found.get(orderId) ?? []), letter]);
  };
  for (const { kind, to, subject, body, topic } of world.letters) {
    if (topic) add({ kind, to, subject, body, id: "" });
  }
  for (const { message } of world.lines) {
    if (!message.includes('"letter_simulated"')) continue;
    const { channel, to, subject, body, id } = JSON.parse(message).message;
    add({ kind: channel, to, subject, body, id: String(id) });
  }
  return found;
}
