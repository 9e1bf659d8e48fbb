import { createHash } from "node:crypto";
import type { RecordedProgram, StreamRecord } from "local-aws/testing/simulation";
import { deadLetters, type Evidence } from "./evidence.ts";
import { type Fault, FaultPlan, nameOf } from "./fault-plan.ts";
import { redriveAll } from "./operator.ts";
import type { Violation } from "./oracle/invariants.ts";
import { judge } from "./oracle/judge.ts";
import { chance } from "./random.ts";
import { sendAllAgain } from "./send-all-again.ts";
import { comeAgain, type Lost, planOf, runClient, SHELF } from "./workload.ts";
import { startWorld, type World, whileTimePasses } from "./world.ts";

/** What a round is made of. */
export interface RoundOptions {
  seed: string;
  program: RecordedProgram;
  /** Numbers of the clients that take part. */
  clients: readonly number[];
  /** Names of the faults that may happen; all of the seed's where it is left out. */
  only?: ReadonlySet<string> | undefined;
  /** Cells that were not hit yet, as `kind | point`: their faults come more often. */
  wanted?: readonly string[] | undefined;
}

/** One storm, and what it left behind. */
export interface Round {
  faults: readonly Fault[];
  /** What could have gone wrong, by kind and point. */
  cells: ReadonlySet<string>;
  violations: Violation[];
  /** Names of the invariants that there was something to judge by. */
  judged: ReadonlyMap<string, number>;
  /** Situations that a search has to get into to be worth anything. */
  situations: ReadonlyMap<string, number>;
  digest: string;
  orders: number;
}

const HOUR_MS = 3_600_000;
/** How long everything may be asleep. */
const MAX_SLEEP_MS = 30 * 60_000;
/** Of the rounds, how many see the next day. */
const NEXT_DAY_SHARE = 0.4;
/** Of those, how many have a dead-letter queue of orders that waited until then. */
const LATE_SHARE = 0.8;
const ORDERS_QUEUE = "orders";
const POISON = [
  "not json",
  "[]",
  "null",
  `{"orderId": "\uFFFD"}`,
  "{}",
  JSON.stringify({
    orderId: "5f1c7a52-0c0e-4b5e-9d3f-6a1b2c3d4e5f",
    createdAt: "2026-01-05T09:00:00.000Z",
  }),
];

/** Runs a round: a storm, calm, an operator who sends on what lies about, and a judge. `look` sees the world last. */
export async function runRound(
  { seed, program, clients: numbers, only, wanted }: RoundOptions,
  look?: (evidence: Evidence & { violations: readonly Violation[] }) => Promise<void>,
): Promise<Round> {
  const plan = new FaultPlan(seed, only, wanted);
  const world = await startWorld(seed, program, plan);
  try {
    const history = followTable(world);
    plan.calm = true;
    for (const [id, product] of Object.entries(SHELF)) {
      const url = `${world.output("ordersApiUrl")}/products/${id}`;
      const key = { "x-api-key": world.output("ordersApiKey") };
      await whileTimePasses(world, world.request("PUT", url, key, product));
    }
    plan.calm = false;
    const isLost: Lost = (attempt) => {
      const kind = plan.next("client > gateway", attempt, ["lost before", "lost after"]);
      if (!kind) return undefined;
      return kind === "lost before" ? "request" : "answer";
    };
    const plans = numbers.map((n) => planOf(seed, n));
    const running = Promise.all(plans.map((it) => runClient(world, seed, it, isLost)));
    const poison = await sendPoison(world, numbers.length);
    const shown = await watchIndex(world, plan, running);
    const clients = await running;
    await world.clock.advance(10 * 60_000);

    plan.calm = true;
    await world.clock.advance(2 * HOUR_MS);
    const buried = deadLetters(world);
    const isNextDay = chance(seed, "next day") < NEXT_DAY_SHARE;
    // Nobody looks at the orders' queue until the next day.
    const isLate = isNextDay && chance(seed, "late") < LATE_SHARE;
    const looked = (queue: string) => !isLate || queue !== ORDERS_QUEUE;
    await redriveAll(world, looked);
    await world.clock.advance(2 * HOUR_MS);
    await redriveAll(world, looked);
    await world.clock.advance(HOUR_MS);
    // What expires meanwhile may be deleted or not.
    const keptUntil = world.clock.now() + HOUR_MS;
    const before = await digestOf(world, keptUntil);
    await redriveAll(world, looked);
    await sendAllAgain(world, history);
    await world.clock.advance(HOUR_MS / 4);
    const after = await digestOf(world, keptUntil);
    if (isNextDay) {
      world.clock.jump(25 * HOUR_MS);
      if (isLate) await redriveAll(world);
      await world.clock.advance(HOUR_MS / 4);
      await whileTimePasses(world, Promise.all(clients.map((it) => comeAgain(world, it, isLost))));
      await world.clock.advance(HOUR_MS / 2);
      await redriveAll(world);
      await world.clock.advance(HOUR_MS);
    }
    const { overlaps } = world.messages;
    const stores = { before, after, isNextDay };
    const evidence = { world, plan, clients, history, poison, overlaps, buried, shown, ...stores };
    const { violations, judged, situations } = await judge(evidence);
    await look?.({ ...evidence, violations });
    const faults = plan.happened;
    const digest = createHash("sha256").update(after);
    for (const fault of faults) digest.update(nameOf(fault));
    for (const { plan: it, heard } of clients) {
      digest.update(JSON.stringify([it.n, heard.map(({ status, text }) => [status, text])]));
    }
    return {
      faults,
      cells: plan.cells,
      violations,
      judged,
      situations,
      digest: digest.digest("hex"),
      orders: numbers.length,
    };
  } finally {
    await world.stop();
  }
}

/** The price of a product, where it has one. */
function followTable({ services, output }: World): StreamRecord[] {
  const stream = services.dynamodb.engine.streamOf(output("ordersTableName"));
  if (!stream) throw new Error("the orders' table has no stream");
  const history: StreamRecord[] = [];
  let position = stream.end;
  stream.onRecords(() => {
    history.push(...stream.read(position, Number.POSITIVE_INFINITY));
    position = stream.end;
  });
  return history;
}

/** Answers the bodies that it has sent. */
async function sendPoison(world: World, orders: number): Promise<string[]> {
  const QueueUrl = world.output("ordersQueueUrl");
  const times = Math.max(1, Math.round(orders / 50));
  const bodies = Array.from({ length: times }, () => POISON).flat();
  for (const MessageBody of bodies) {
    await world.call("sqs", "SendMessage", { QueueUrl, MessageBody });
  }
  return bodies;
}

/** Reads pages of every status through the API while clients are at work. */
async function watchIndex(
  world: World,
  plan: FaultPlan,
  running: Promise<unknown>,
): Promise<Evidence["shown"]> {
  const shown: Evidence["shown"] = [];
  let over = false;
  void running.then(() => {
    over = true;
  });
  const key = { "x-api-key": world.output("ordersApiKey") };
  for (let turn = 0; !over; turn++) {
    await world.clock.advance(500);
    if (turn % 40 !== 20) continue;
    const subject = `turn-${turn}`;
    if (plan.next("clock", subject, ["time passes"])) {
      world.clock.jump(plan.measure("clock", subject) * MAX_SLEEP_MS);
    }
    for (const status of ["PENDING", "PROCESSING", "COMPLETED", "FAILED"]) {
      const url = `${world.output("ordersApiUrl")}/orders?status=${status}&limit=100`;
      const { status: code, text } = await whileTimePasses(world, world.request("GET", url, key));
      if (code !== 200) continue;
      const { orders } = JSON.parse(text) as { orders: { orderId: string; status: string }[] };
      shown.push(...orders.map(({ orderId, status }) => ({ orderId, status })));
    }
  }
  return shown;
}

/** A digest of all that must not change any more: tables, letters, and how executions ended. */
/** A digest of the letters, and of all items that no one may have deleted by then. */
async function digestOf(world: World, keptUntil: number): Promise<string> {
  const tables = ["ordersTableName", "paymentsTableName"].map((name) =>
    itemsOf(world, world.output(name)),
  );
  const items = (await Promise.all(tables))
    .flat()
    .filter(({ expiresAt }) => !(Number(expiresAt?.N) * 1000 < keptUntil))
    .map((it) => JSON.stringify(it));
  const letters = world.letters.map((letter) => JSON.stringify(letter));
  const hash = createHash("sha256");
  for (const line of [...items.sort(), ...letters.sort()]) hash.update(line);
  return hash.digest("hex");
}

interface StoredItem {
  expiresAt?: { N: string };
}

async function itemsOf(world: World, TableName: string): Promise<StoredItem[]> {
  const all: StoredItem[] = [];
  let ExclusiveStartKey: object | undefined;
  do {
    const page: { Items: StoredItem[]; LastEvaluatedKey?: object } = await world.call(
      "dynamodb",
      "Scan",
      { TableName, ExclusiveStartKey },
    );
    all.push(...page.Items);
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return all;
}
