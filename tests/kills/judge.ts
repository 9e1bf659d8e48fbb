import type { Letter } from "local-aws";
import { clientsOf } from "../../cli/dlq/clients.ts";
import { deadLetterQueues } from "../../cli/dlq/dead-letter-queues.ts";
import { redriveQueue } from "../../cli/dlq/redrive-queue.ts";
import { FaultPlan } from "../chaos/fault-plan.ts";
import type { Violation } from "../chaos/oracle/invariants.ts";
import { judge } from "../chaos/oracle/judge.ts";
import type { Client } from "../chaos/workload.ts";
import type { World } from "../chaos/world.ts";
import { startStack, type TestStack } from "../e2e/support/stack.ts";
import type { KillEvidence } from "./evidence.ts";
import { isExpress } from "./left-behind.ts";
import { switchReconciler } from "./reconciler.ts";

/** What all the kills have left behind. */
export interface Verdict {
  violations: Violation[];
  orders: number;
  executions: number;
  letters: number;
  /** Announcements that were told again because a kill came between their publishing and its mark. */
  repeats: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
// Longer than every retry and every wait of an order, e.g. of a payment that is unclear.
const PATIENCE_MS = 30 * MINUTE_MS;
const BACKLOG_MS = 5 * MINUTE_MS;
const STEP_MS = 1_000;

/**
 * Takes a folder up once more, in virtual time, lets everything come to its end, and judges it by the invariants of the
 * chaos search. The search for late orders stands still until every order should be over without it.
 */
export async function judgeFolder(
  dataDir: string,
  clients: Client[],
  evidence: KillEvidence,
): Promise<Verdict> {
  const stack = await startStack({ dataDir });
  try {
    const stopListening = stack.services.states.listen({
      onExecutionStarted: (_machine, arn) => void (isExpress(arn) && evidence.express.add(arn)),
    });
    // What the kills have left undone makes more letters than the mailbox keeps.
    for (let at = 0; at < BACKLOG_MS; at += STEP_MS) {
      await stack.clock.advance(STEP_MS);
      evidence.addLetters(lettersIn(stack));
    }
    await stack.clock.advance(PATIENCE_MS - BACKLOG_MS);
    // Refunds that were refused wait for a person.
    await redriveAll(stack);
    await stack.clock.advance(PATIENCE_MS);
    const late = await lateOrders(stack, clients);
    await switchReconciler(stack.kernel, true);
    await stack.clock.advance(2 * HOUR_MS);
    await redriveAll(stack);
    await stack.clock.advance(2 * HOUR_MS);
    stopListening();
    const { services, outputs, kernel } = stack;
    const table = String(outputs["ordersTableName"]);
    const stream = services.dynamodb.engine.streamOf(table);
    evidence.addLetters(lettersIn(stack));
    const { letters, repeats } = evidence.letters();
    const running = kernel.store.collection<{ arn: string }>("states_express", "number").values();
    const unended = new Set([...running].map(({ arn }) => arn));
    // Letters of functions are read from the mailbox, which drops what comes twice under one id as providers do.
    const lines = letters
      .filter(({ topic }) => topic === "")
      .map(({ kind: channel, to, subject, body, id }) => ({
        message: JSON.stringify({
          message: { letter_simulated: 1, channel, to, subject, body, id },
        }),
      }));
    const world = {
      ...stack,
      lines,
      expressRuns: new Map([...evidence.express].map((arn) => [arn, { ended: !unended.has(arn) }])),
      letters,
      withIds: <T>(_key: string, work: () => T) => work(),
      request: async (method: string, url: string, headers: Record<string, string>) => {
        const response = await fetch(url, { method, headers });
        return { status: response.status, headers: {}, text: await response.text() };
      },
      call: (service: string, operation: string, input: object) =>
        kernel.dispatcher.call(service, operation, input, { kind: "administrator" }),
    } as unknown as World;
    const { violations } = await judge({
      world,
      plan: new FaultPlan("none", new Set()),
      clients,
      history: stream?.read(0, Number.MAX_SAFE_INTEGER) ?? [],
      poison: [],
      overlaps: [],
      isNextDay: false,
      buried: new Map(),
      shown: [],
      before: "",
      after: "",
    });
    return {
      violations: [...late, ...violations],
      orders: clients.filter(({ heard }) => heard.some(({ orderId }) => orderId)).length,
      executions: services.states.contents().length + evidence.express.size,
      letters: letters.length,
      repeats,
    };
  } finally {
    await stack.stop();
  }
}

function lettersIn({ kernel }: TestStack): Iterable<[number, Letter]> {
  return kernel.store.collection<Letter>("mailbox", "number").entries();
}

/** Orders that were answered and are not over. */
async function lateOrders(stack: TestStack, clients: Client[]): Promise<Violation[]> {
  const late: Violation[] = [];
  const TableName = stack.output("ordersTableName");
  const read = async (orderId: string, SK: string) => {
    const Key = { PK: { S: `ORDER#${orderId}` }, SK: { S: SK } };
    const { Item } = await stack.kernel.dispatcher.call<{ Item?: Record<string, { S: string }> }>(
      "dynamodb",
      "GetItem",
      { TableName, Key },
      { kind: "administrator" },
    );
    return Item;
  };
  for (const { plan, heard } of clients) {
    const told = heard.find((one) => one.orderId)?.orderId;
    if (!told) continue;
    const orderId = (await read(told, "ALIAS"))?.["orderId"]?.S ?? told;
    const status = (await read(orderId, `ORDER#${orderId}`))?.["status"]?.S;
    if (status === "COMPLETED" || status === "FAILED") continue;
    const what = status ? `it stays ${status} unless somebody searches for it` : "it is gone";
    late.push({ invariant: "L1", orderId, client: plan.n, what });
  }
  return late;
}

/** Sends on whatever waits in dead-letter queues, e.g. refunds that were refused for long. */
async function redriveAll(stack: TestStack): Promise<void> {
  const clients = clientsOf(stack.aws as never);
  const allOutputs = stack.outputs as Record<string, never>;
  const target = {
    name: "kills",
    outputs: {},
    allOutputs,
    secrets: new Set<string>(),
    aws: stack.aws,
  };
  const pause = () => new Promise<void>((done) => void stack.clock.after(500, done));
  const watch = { onPlan: () => {}, onProgress: () => {}, now: () => stack.clock.now(), pause };
  await stack.during(
    (async () => {
      for (const queue of await deadLetterQueues(clients.sqs, target as never)) {
        await redriveQueue(clients, queue, {}, watch);
      }
    })(),
  );
}
