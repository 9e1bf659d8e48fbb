import {
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
} from "@aws-sdk/client-lambda";
import type { ConsoleProgram, JourneyEntry, JourneyView } from "local-aws/console";
import { type OrderStatus, orderStatuses } from "../../handlers/orders/contract/status.ts";
import { fromMinor } from "../../handlers/orders/rules/money.ts";
import type { Order } from "../../handlers/orders/rules/order.ts";
import { orderIndex } from "../../handlers/orders/store/status-index.ts";
import { clientsOf as deadLetterClients } from "../dlq/clients.ts";
import { deadLetterQueues } from "../dlq/dead-letter-queues.ts";
import { redriveQueue } from "../dlq/redrive-queue.ts";
import { archiveOf } from "../journey/archive.ts";
import { orderBars } from "../journey/bars/order-bars.ts";
import { clientsOf } from "../journey/clients.ts";
import { type Archive, gather, locate } from "../journey/gather.ts";
import { type FoundLine, readLines } from "../journey/log-line.ts";
import { isOver, missing } from "../journey/missing.ts";
import { SearchProgress } from "../journey/search-progress.ts";
import { readWindow } from "../journey/search-window.ts";
import { summary } from "../journey/summary.ts";
import { timeline } from "../journey/timeline.ts";
import type { Target } from "../target.ts";
import { milestonesOf, outcomeOf } from "./milestones.ts";

const LISTED = 40;
const WINDOW = "24h";
const DEFAULT_SHARDS = 4;
const MAX_INVOCATIONS = 60;
const POLL_MS = 500;

type Journeys = NonNullable<ConsoleProgram["journeys"]>;

/** The orders of a stack and their journeys, as `npm run journey` tells them. */
export function orderJourneys(target: Target): Journeys {
  const { tables } = clientsOf(target.aws);
  const functions = Object(target.allOutputs["functionNames"]) as Record<string, string>;
  const lambda = new LambdaClient(target.aws);
  let index: Promise<ReturnType<typeof orderIndex>> | undefined;
  const openIndex = async () => {
    const tableName = String(target.outputs["ordersTableName"]);
    return orderIndex({ client: tables, tableName }, await shardsOf(lambda, functions));
  };
  return {
    noun: "order",
    statuses: [...orderStatuses],
    async list(status) {
      index ??= openIndex();
      const { orders } = await (await index).page(status as OrderStatus | undefined, LISTED, {});
      return orders.map(entryOf);
    },
    async find(id) {
      const found = await locate(quietArchive(target), id);
      return found.map(({ orderId, at }) => ({ id: orderId, at: new Date(at).toISOString() }));
    },
    read: (id) => readJourney(target, functions, id),
    actions: [
      {
        name: "redrive",
        label: "Redrive its failed messages",
        explains: "Sends messages of this order that failed back to where they came from",
        run: (id) => redrive(target, id),
      },
      {
        name: "reconcile",
        label: "Run the reconciler",
        explains: "Finds orders that are late and resumes them, as it does every few minutes",
        run: () => reconcile(lambda, functions),
      },
    ],
  };
}

function entryOf(order: Order): JourneyEntry {
  const { orderId, createdAt, status, totalMinor, currency, failureReason } = order;
  const outcome = outcomeOf(order);
  const why = failureReason ? `, ${failureReason.replaceAll("_", " ")}` : "";
  return {
    id: orderId,
    at: createdAt,
    status,
    over: outcome !== "pending",
    outcome,
    about: `${fromMinor(totalMinor, currency)} ${currency}${why}`,
  };
}

/** Over how many keys the stack spreads each status. */
async function shardsOf(lambda: LambdaClient, functions: Record<string, string>): Promise<number> {
  const FunctionName = functions["listOrders"];
  if (!FunctionName) return DEFAULT_SHARDS;
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  return Number(Environment?.Variables?.["ORDER_STATUS_SHARDS"] ?? DEFAULT_SHARDS);
}

function quietArchive(target: Target): Archive {
  const window = readWindow(WINDOW);
  return archiveOf(target, window, new SearchProgress({ write: () => true }, window));
}

async function readJourney(
  target: Target,
  functionNames: Record<string, string>,
  orderId: string,
): Promise<JourneyView> {
  const found: FoundLine[] = [];
  const archive = quietArchive(target);
  const search: Archive["search"] = async (texts, from) => {
    const lines = await archive.search(texts, from);
    found.push(...lines);
    return lines;
  };
  const records = await gather({ ...archive, search }, orderId);
  const events = timeline(records);
  await search(invocationsOf(records.lines), events[0]?.at ?? 0);
  const { order } = records.items;
  return {
    id: orderId,
    title: order
      ? `${fromMinor(order.totalMinor, order.currency)} ${order.currency}`
      : "not stored",
    outcome: outcomeOf(order),
    summary: summary(records, events),
    over: isOver(records, events),
    missing: missing(records, events),
    milestones: milestonesOf(records, events),
    bars: orderBars({
      records: { ...records, lines: readLines(found) },
      events,
      found,
      functionNames,
    }),
    runs: records.runs.map(
      ({ name }) =>
        `${target.outputs["orderRecoveryArn"]?.replace(":stateMachine:", ":execution:")}:${name}`,
    ),
  };
}

/** The invocations that wrote of an order: Lambda's own lines name nothing else. */
function invocationsOf({ handler }: { handler: { invocation: string }[] }): string[] {
  return [...new Set(handler.map(({ invocation }) => invocation))].slice(0, MAX_INVOCATIONS);
}

async function redrive(target: Target, orderId: string): Promise<string> {
  const clients = deadLetterClients(target.aws);
  const queues = await deadLetterQueues(clients.sqs, target);
  let redriven = 0;
  const notes: string[] = [];
  for (const queue of queues.filter(({ waiting }) => waiting > 0)) {
    const tally = await redriveQueue(
      clients,
      queue,
      { holding: orderId },
      {
        onPlan: () => {},
        onProgress: () => {},
        now: Date.now,
        pause: () => new Promise((resolve) => setTimeout(resolve, POLL_MS)),
      },
    );
    redriven += tally.redriven + tally.continued;
    notes.push(...tally.notes.keys());
  }
  const what = redriven === 1 ? "1 message was" : `${redriven} messages were`;
  if (redriven > 0) return `${what} sent back`;
  return notes[0] ?? "no failed message is of this order";
}

async function reconcile(lambda: LambdaClient, functions: Record<string, string>): Promise<string> {
  const FunctionName = functions["reconcile"];
  if (!FunctionName) throw new Error("the stack has no reconciler");
  const answer = await lambda.send(new InvokeCommand({ FunctionName, Payload: "{}" }));
  const text = answer.Payload?.transformToString() ?? "";
  if (answer.FunctionError) throw new Error(`the reconciler failed: ${text}`);
  const { late } = JSON.parse(text) as { late: number };
  if (late === 0) return "no order is late";
  return late === 1 ? "1 late order was resumed" : `${late} late orders were resumed`;
}
