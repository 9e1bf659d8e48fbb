import { clientsOf } from "../../cli/dlq/clients.ts";
import { deadLetterQueues } from "../../cli/dlq/dead-letter-queues.ts";
import { redriveQueue } from "../../cli/dlq/redrive-queue.ts";
import { FaultPlan } from "../chaos/fault-plan.ts";
import type { Violation } from "../chaos/oracle/invariants.ts";
import { judge } from "../chaos/oracle/judge.ts";
import type { Client } from "../chaos/workload.ts";
import type { World } from "../chaos/world.ts";
import { startStack, type TestStack } from "../e2e/support/stack.ts";

/** What all the kills have left behind. */
export interface Verdict {
  violations: Violation[];
  orders: number;
  executions: number;
  letters: number;
  /** Announcements that the shop got more than once, as a topic may tell twice. */
  doubled: number;
}

const HOUR_MS = 3_600_000;

/** Takes a folder up once more, in virtual time, lets everything come to its end, and judges it by the invariants of the chaos search. */
export async function judgeFolder(
  dataDir: string,
  clients: Client[],
  kills: number,
): Promise<Verdict> {
  const plan = new FaultPlan("none", new Set());
  // A function that was killed between publishing a batch and noting it publishes it again, as it must.
  for (let attempt = 1; attempt <= kills; attempt++) {
    plan.happened.push({ kind: "crash after", point: "orders-events", subject: "kill", attempt });
  }
  const stack = await startStack({ dataDir });
  try {
    await stack.clock.advance(2 * HOUR_MS);
    await redriveAll(stack);
    await stack.clock.advance(2 * HOUR_MS);
    const { services, mailbox, outputs } = stack;
    const table = String(outputs["ordersTableName"]);
    const stream = services.dynamodb.engine.streamOf(table);
    // Letters of functions are read from the mailbox, which drops what comes twice under one id as providers do.
    const lines = mailbox.letters
      .filter(({ topic }) => topic === "")
      .map(({ kind: channel, to, subject, body, id }) => ({
        message: JSON.stringify({
          message: { letter_simulated: 1, channel, to, subject, body, id },
        }),
      }));
    const world = {
      ...stack,
      lines,
      expressRuns: undefined,
      letters: mailbox.letters,
      withIds: <T>(_key: string, work: () => T) => work(),
      request: async (method: string, url: string, headers: Record<string, string>) => {
        const response = await fetch(url, { method, headers });
        return { status: response.status, headers: {}, text: await response.text() };
      },
      call: (service: string, operation: string, input: object) =>
        stack.kernel.dispatcher.call(service, operation, input, { kind: "administrator" }),
    } as unknown as World;
    const { violations } = await judge({
      world,
      plan,
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
    const announced = mailbox.letters.filter(({ topic }) => topic !== "");
    const once = new Set(announced.map(({ subject, body }) => `${subject} ${body}`));
    return {
      violations,
      orders: clients.filter(({ heard }) => heard.some(({ orderId }) => orderId)).length,
      executions: services.states.contents().length,
      letters: mailbox.letters.length,
      doubled: announced.length - once.size,
    };
  } finally {
    await stack.stop();
  }
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
