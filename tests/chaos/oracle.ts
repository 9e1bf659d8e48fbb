import { unmarshall } from "@aws-sdk/util-dynamodb";
import { SUBJECTS } from "../../handlers/orders/rules/announcement.ts";

import { deadLetters, type Evidence } from "./evidence.ts";
import { type Client, mailOf, STOCK, totalOf } from "./workload.ts";
import { whileTimePasses } from "./world.ts";

/** An invariant that does not hold, of which order, and what was found. */
export interface Violation {
  invariant: string;
  orderId: string | undefined;
  /** The client whose order it is, where it is known. */
  client: number | undefined;
  what: string;
}

/** The invariants by name, as docs/reliability.md explains them. */
export const INVARIANTS = [
  ..."A1 A2 A3 A4 A5 A6 A7 B1 B2 B3 B4 B5 C1 C2 C3 M1 M2 M3 M4 M5 M6 S1 S2 N1 N2 T1 L1 O1".split(
    " ",
  ),
] as const;

interface OrderItem {
  orderId: string;
  status: string;
  version: number;
  paymentStatus: string;
  stockStatus: string;
  totalMinor: number;
  currency: string;
  customerEmail?: string;
  failureReason?: string;
  statusShard: string;
  items?: { productId: string; quantity: number }[];
}

interface LedgerItem {
  id: string;
  state: string;
  amountMinor?: number;
  token?: string;
}

const RANK: Record<string, number> = { PENDING: 0, PROCESSING: 1, COMPLETED: 2, FAILED: 2 };
// What the product of the shop refuses on its own.
const REFUSING = /^tok_(declined|error|high_risk|refund_error|refund_refused)$/;
// A task is tried seven times before the workflow turns back.
const FORWARD_TRIES = 7;

/** Judges a round by all that it left behind. */
export async function judge(evidence: Evidence) {
  const { world, plan, clients, history, shown, buried, before, after, poison } = evidence;
  const violations: Violation[] = [];
  const judged = new Map<string, number>();
  const situations = new Map<string, number>();
  const saw = (what: string, times = 1) =>
    situations.set(what, (situations.get(what) ?? 0) + times);
  const byMail = new Map<string, Client>();
  for (const client of clients) {
    byMail.set(mailOf(client.plan), client);
    byMail.set(mailOf(client.plan, "other"), client);
  }
  const rows = await scan(evidence, "ordersTableName");
  const orders = new Map(
    rows.filter(isOrder).map((row) => [String(row["orderId"]), row as unknown as OrderItem]),
  );
  const clientOf = (orderId: string | undefined) =>
    byMail.get(orders.get(orderId ?? "")?.customerEmail ?? "")?.plan.n;
  const check = (
    invariant: string,
    holds: boolean,
    orderId: string | undefined,
    what: string,
    client = clientOf(orderId),
  ) => {
    judged.set(invariant, (judged.get(invariant) ?? 0) + 1);
    if (!holds) violations.push({ invariant, orderId, client, what });
  };
  const ledger = new Map(
    (await scan(evidence, "paymentsTableName")).map((row) => [
      String(row["id"]),
      row as unknown as LedgerItem,
    ]),
  );
  const aliases = new Map(
    rows
      .filter(({ SK }) => SK === "ALIAS")
      .map((row) => [String(row["PK"]).slice(6), String(row["orderId"])]),
  );
  const versions = new Map<string, OrderItem[]>();
  for (const { dynamodb } of history) {
    const image = unmarshall((dynamodb.NewImage ?? dynamodb.OldImage ?? {}) as never);
    if (!isOrder(image)) continue;
    const { orderId } = image as unknown as OrderItem;
    if (dynamodb.NewImage) {
      versions.set(orderId, [...(versions.get(orderId) ?? []), image as unknown as OrderItem]);
    } else check("A1", false, orderId, "the order was removed");
  }

  for (const client of clients) judgeClient(client);
  function judgeClient({ plan: it, heard, reads }: Client): void {
    const own = [...orders.values()].filter(({ customerEmail }) => customerEmail === mailOf(it));
    const acked = heard.filter(({ status }) => status === 201 || status === 202);
    for (const { orderId, body, door } of acked) {
      if (body === "other") continue;
      const stored = orders.get(orderId ?? "") ?? orders.get(aliases.get(orderId ?? "") ?? "");
      const whole = stored?.totalMinor === totalOf(it) && stored.customerEmail === mailOf(it);
      check("A1", whole, orderId, `answered ${door}, and found as ${JSON.stringify(stored)}`, it.n);
    }
    const others = [...orders.values()].filter(
      ({ customerEmail }) => customerEmail === mailOf(it, "other"),
    );
    if (it.key) {
      for (const door of ["rest", "http", "direct"] as const) {
        const mine = acked.filter((one) => one.door === door && one.body === "own");
        if (mine.length > 1) saw("the same key was answered again");
        const texts = new Set(
          mine.map(({ text, orderId }) => (door === "direct" ? orderOf(orderId) : text)),
        );
        check(
          "A2",
          texts.size <= 1,
          mine[0]?.orderId,
          `${door} answered ${[...texts].join(" and ")}`,
          it.n,
        );
        const stored = own.filter(
          (order) => (order as { door?: string } & OrderItem).door === door,
        );
        check(
          "A2",
          stored.length <= 1,
          stored[0]?.orderId,
          `${stored.length} orders of one key at ${door}`,
          it.n,
        );
      }
      const ended = heard.filter(({ body }) => body === "own").at(-1);
      if (ended && ended.status !== "lost" && ended.status < 300)
        check("A5", own.length > 0, ended.orderId, "a repeated request left no order", it.n);
      if (it.door === "rest" && it.reuse) {
        const [answer] = heard.filter(({ body }) => body === "other");
        if (answer && answer.status === 422) saw("a key with another body was refused");
        const first = acked.some(({ door, body }) => door === "rest" && body === "own");
        if (first && answer) {
          check(
            "A3",
            answer.status === "lost" || answer.status > 299,
            answer.orderId,
            `another body was answered ${answer.status}`,
            it.n,
          );
          check("A7", others.length === 0, others[0]?.orderId, "what was refused is stored", it.n);
        }
      }
    }
    for (const { status, text, door } of heard) {
      if (status === "lost") continue;
      if (status === 503) saw("the service was busy");
      const known = [201, 202, 409, 422, 429, 502, 503, 504].includes(status);
      // The gateway answers 500 where it could not reach the function or the queue.
      const gateway =
        status === 500 && plan.happened.some(({ point }) => point.startsWith("apigateway"));
      check(
        "A4",
        known || gateway,
        undefined,
        `${door} answered ${status} ${text.slice(0, 200)}`,
        it.n,
      );
    }
    for (const { status, orderId } of reads) {
      check(
        "A1",
        status !== 404,
        orderId,
        "an order that was just answered 201 is not found",
        it.n,
      );
    }
  }
  function orderOf(id: string | undefined): string {
    return orders.has(id ?? "") ? (id ?? "") : (aliases.get(id ?? "") ?? `none for ${id}`);
  }

  const claims = rows.filter(({ PK }) => String(PK).startsWith("IDEMPOTENCY#"));
  for (const claim of claims) {
    const id = String(claim["orderId"]);
    check("A6", orders.has(id), id, `a key is claimed for an order that does not exist`);
  }

  const runs = executionsByOrder(evidence);
  const letters = lettersByOrder(evidence);
  for (const [orderId, order] of orders) {
    const seen = versions.get(orderId) ?? [];
    const { status, paymentStatus, stockStatus } = order;
    const charge = ledger.get(`charge-${orderId}`);
    const refund = ledger.get(`refund-${orderId}`);
    const captured = charge?.state === "CAPTURED" ? (charge.amountMinor ?? 0) : 0;
    const refunded = refund?.state === "REFUNDED" ? (refund.amountMinor ?? 0) : 0;
    const own = runs.get(orderId) ?? [];
    const first = own.filter(({ name }) => name === `order-${orderId}`).length;
    // An Express execution may be started twice; nothing else may.
    const once = world.expressRuns.size > 0 ? first >= 1 : first === 1;
    check("B1", once, orderId, `${first} of its ${own.length} executions bear its name`);
    if (own.length > 1) saw("a workflow was run again");
    check(
      "L1",
      status === "COMPLETED" || status === "FAILED",
      orderId,
      `it ends as ${status} ${paymentStatus} ${stockStatus}`,
    );
    check(
      "L1",
      own.every(({ status: it }) => it !== "RUNNING"),
      orderId,
      "an execution still runs",
    );
    check("A6", seen[0]?.version === 1, orderId, "the stream carries no insert");
    check(
      "C2",
      seen.every(({ version }, index) => version === index + 1),
      orderId,
      `versions ${seen.map(({ version }) => version)}`,
    );
    const ranks = seen.map((one) => RANK[one.status] ?? -1);
    check(
      "C1",
      ranks.every((rank, index) => index === 0 || rank >= (ranks[index - 1] ?? 0)),
      orderId,
      `statuses ${seen.map((one) => one.status)}`,
    );
    const end = seen.findIndex((one) => one.status === "COMPLETED" || one.status === "FAILED");
    check("C1", end < 0 || end === seen.length - 1, orderId, "it changed after its end");
    check(
      "C3",
      order.statusShard?.startsWith(`${status}#`),
      orderId,
      `${status} is indexed as ${order.statusShard}`,
    );
    check(
      "M1",
      captured === 0 || captured === order.totalMinor,
      orderId,
      `${captured} of ${order.totalMinor} captured`,
    );
    check("M2", refunded <= captured, orderId, `${refunded} of ${captured} refunded`);
    if (status === "COMPLETED")
      check(
        "M3",
        captured - refunded === order.totalMinor && paymentStatus === "CAPTURED",
        orderId,
        `${captured} captured, ${refunded} refunded`,
      );
    if (status === "FAILED")
      check("M4", captured - refunded === 0, orderId, `${captured} captured, ${refunded} refunded`);
    check("M5", paymentStatus !== "REFUND_PENDING", orderId, "its refund is still pending");
    check(
      "M5",
      seen.every((one) => one.paymentStatus !== "REFUND_PENDING" || RANK[one.status] === 1),
      orderId,
      "it ended with its refund pending",
    );
    const fenced = seen.findIndex((one) => one.paymentStatus === "REFUND_PENDING");
    if (fenced >= 0) {
      saw("an order was compensated");
      const late = seen
        .slice(fenced)
        .some((one) => one.stockStatus === "SOLD" || one.paymentStatus === "CAPTURED");
      check("M6", !late, orderId, "a forward step took effect after the fence");
    }
    check(
      "M6",
      !(charge?.state === "VOIDED" && paymentStatus === "CAPTURED"),
      orderId,
      "a voided charge counts as captured",
    );
    check("S1", !(stockStatus === "SOLD" && refunded > 0), orderId, "sold and refunded");
    judgeEnd(order, charge);
    judgeLetters(order, letters.get(orderId) ?? []);
  }

  function judgeEnd(
    { orderId, status, failureReason }: OrderItem,
    charge: LedgerItem | undefined,
  ): void {
    const it = byMail.get(orders.get(orderId)?.customerEmail ?? "")?.plan;
    if (!it || status !== "FAILED") return;
    if (failureReason === "idempotency_key_reused") {
      check("T1", it.reuse, orderId, "an order failed for its key, which came with one body only");
      return;
    }
    const scarce = it.product in STOCK && it.product !== "plenty";
    if (failureReason === "out_of_stock") {
      check("T1", scarce, orderId, `${it.product} was out of stock`);
      return;
    }
    if (failureReason === "idempotency_key_reused") {
      check("A3", it.reuse, orderId, "a key that was used once was said to be used again");
      return;
    }
    const worn =
      plan.happened.filter(
        ({ subject, point }) => subject === orderId && /workflow|lambda/.test(point),
      ).length >= FORWARD_TRIES;
    check(
      "T1",
      REFUSING.test(it.token) || worn,
      orderId,
      `a good sale (${it.token}) failed: ${failureReason}, ${charge?.state}`,
    );
  }

  function judgeLetters({ orderId, status, customerEmail }: OrderItem, found: FoundLetter[]): void {
    const shop = found.filter(({ to }) => to === "shop@example.com").map(({ subject }) => subject);
    const last = status === "COMPLETED" ? SUBJECTS.OrderCompleted : SUBJECTS.OrderFailed;
    for (const subject of [SUBJECTS.OrderCreated, last]) {
      check("N1", shop.includes(subject), orderId, `the shop was not told "${subject}"`);
    }
    if (!customerEmail) return;
    const effects = new Map<string, Set<string>>();
    for (const { to, kind, subject, body, id } of found) {
      if (to === "shop@example.com") continue;
      const effect = `${kind} ${subject || body}`;
      effects.set(effect, (effects.get(effect) ?? new Set()).add(id));
      const times = found.filter((one) => one.id === id && one.kind === kind).length;
      // A letter may go out again where its function could not say that it went out; its id is the same then.
      const excused = plan.happened.some(
        ({ point, subject: about }) => about === orderId && /-notify/.test(point),
      );
      check("N2", times === 1 || excused, orderId, `${effect} was sent ${times} times`);
    }
    check(
      "N1",
      effects.size === 3,
      orderId,
      `the customer was written ${[...effects.keys()].join(", ") || "nothing"}`,
    );
    for (const [effect, ids] of effects) {
      check("N2", ids.size === 1, orderId, `${effect} was sent under ${ids.size} ids`);
    }
  }

  for (const [product, initial] of Object.entries(STOCK)) {
    const key = { "x-api-key": world.output("ordersApiKey") };
    const url = `${world.output("ordersApiUrl")}/products/${product}`;
    const { text } = await whileTimePasses(world, world.request("GET", url, key));
    const { stock, held, sold } = JSON.parse(text);
    const due = [...orders.values()].reduce(
      (sum, { status, items = [] }) =>
        sum +
        (status === "COMPLETED"
          ? items
              .filter(({ productId }) => productId === product)
              .reduce((n, { quantity }) => n + quantity, 0)
          : 0),
      0,
    );
    check(
      "S2",
      stock + sold === initial && held === 0 && sold === due && stock >= 0,
      undefined,
      `${product}: ${text}; ${due} of ${initial} were sold`,
    );
  }
  for (const { orderId, status } of shown) {
    const had = versions.get(orderId)?.some((one) => one.status === status) ?? false;
    check("C3", had, orderId, `the index showed it as ${status}`);
  }

  const dead = deadLetters(world);
  const poisoned = (dead.get("orders") ?? []).length;
  for (const [name, messages] of buried) {
    if (messages.length > 0) saw("a message was dead-lettered", messages.length);
    for (const { reason } of messages) if (reason) saw("poison was set aside");
    check(
      "B2",
      messages.every(({ reason }) => !/already|exists|duplicate/i.test(reason ?? "")),
      undefined,
      `${name} holds a duplicate`,
    );
    for (const { reason } of messages) {
      if (reason === undefined) continue;
      check(
        "B4",
        /unknown_order|validation_failed|invalid|idempotency_key_reused|not JSON|cannot be read/i.test(
          reason,
        ),
        undefined,
        `${name}: ${reason}`,
      );
    }
  }
  const unexplained = (dead.get("orders") ?? []).filter(({ reason }) => reason === undefined);
  check(
    "B2",
    unexplained.length === 0,
    undefined,
    `${unexplained.length} messages are dead without a reason`,
  );
  const lying = [...dead]
    .filter(([name]) => !/^orders/.test(name))
    .flatMap(([name, all]) => all.map(({ body }) => `${name}: ${body.slice(0, 200)}`));
  check("B3", lying.length === 0, undefined, lying.join("; "));
  check(
    "B3",
    poisoned >= poison,
    undefined,
    `${poisoned} of ${poison} poison messages are left in the dead-letter queue`,
  );
  for (const queue of world.services.sqs.queues) {
    const { visible, notVisible, delayed } = queue.counts();
    const waits = [...dead.keys()].length > 0 && !/dlq|failures|parked/.test(queue.name);
    if (waits)
      check(
        "L1",
        visible + notVisible + delayed === 0,
        undefined,
        `${queue.name} holds ${visible + notVisible + delayed} messages`,
      );
  }
  check("B5", before === after, undefined, "to redrive everything once more changed something");
  const told = world.lines.filter(({ message }) => message.includes("order_message_set_aside"));
  check(
    "O1",
    told.length >= poison,
    undefined,
    `${told.length} log lines for ${poison} poison messages`,
  );
  for (const fault of plan.happened) saw(`fault: ${fault.kind}`);
  return { violations, judged, situations };

  function isOrder(row: Record<string, unknown>): boolean {
    return String(row["PK"] ?? "").startsWith("ORDER#") && row["SK"] === row["PK"];
  }
}

interface FoundLetter {
  kind: string;
  to: string;
  subject: string;
  body: string;
  /** What a provider drops a second one by. */
  id: string;
}

async function scan({ world }: Evidence, table: string): Promise<Record<string, unknown>[]> {
  const TableName = world.output(table);
  const found: Record<string, unknown>[] = [];
  let start: unknown;
  do {
    const page: { Items: object[]; LastEvaluatedKey?: unknown } = await world.call(
      "dynamodb",
      "Scan",
      {
        TableName,
        ...(start !== undefined && { ExclusiveStartKey: start }),
      },
    );
    found.push(...page.Items.map((item) => unmarshall(item as never)));
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return found;
}

/** Executions by order. Of a program that runs orders' workflows as Express ones, those that were handed over to are told apart. */
function executionsByOrder({ world }: Evidence): Map<string, { name: string; status: string }[]> {
  const found = new Map<string, { name: string; status: string }[]>();
  const add = (name: string, status: string, prefix: string) => {
    const [, orderId] = /^order-([0-9a-f-]{36})/.exec(name) ?? [];
    if (!orderId) return;
    found.set(orderId, [...(found.get(orderId) ?? []), { name: `${prefix}${name}`, status }]);
  };
  for (const [arn, { ended }] of world.expressRuns) {
    add(arn.split(":").at(-2) ?? "", ended ? "ENDED" : "RUNNING", "");
  }
  const prefix = world.expressRuns.size > 0 ? "recovery-" : "";
  for (const { name, status } of world.services.states.contents()) add(name, status, prefix);
  return found;
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

/** A violation in one line. */
export function violationText({ invariant, orderId, client, what }: Violation): string {
  const who = client === undefined ? "" : ` (client ${client})`;
  return `${invariant} ${orderId ?? ""}${who}: ${what}`;
}
