import { SFNClient } from "@aws-sdk/client-sfn";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import * as v from "valibot";
import { requireEnv } from "../../shared/env.ts";
import { lambdaHandler } from "../../shared/lambda-handler.ts";
import { recordMetrics } from "../../shared/metrics.ts";
import { REQUEST_LIMITS } from "../../shared/request-limits.ts";
import { storedOrderMessage } from "../queue/message.ts";
import type { Order } from "../rules/order.ts";
import { type FindOrder, findOrder } from "../store/orders.ts";
import { ordersTable } from "../store/orders-table.ts";
import { type OrderIndex, orderIndex } from "../store/status-index.ts";
import { statusShards } from "../store/status-shards.ts";
import { type ExecutionState, type Executions, executions } from "../workflow/executions.ts";

/** What the reconciler does about a late order. */
export interface Remedy {
  orderId: string;
  status: Order["status"];
  minutes: number;
  action: "send to queue" | "run workflow again" | "wait: its workflow is running";
}

export interface Deps {
  olderThan: OrderIndex["olderThan"];
  /** The index is eventually consistent, so each order is read again. */
  find: FindOrder;
  executions: Executions;
  sendToQueue(order: Order): Promise<void>;
  /** Counts late orders. */
  count(late: number): void;
  now(): Date;
  /** Age in minutes from which an order is late. */
  limitMinutes: number;
}

const request = v.object({ dryRun: v.optional(v.boolean(), false) });

export const createHandler =
  (deps: Deps) =>
  async (input: unknown): Promise<{ dryRun: boolean; late: number; remedies: Remedy[] }> => {
    const { dryRun } = v.parse(request, input);
    const now = deps.now().getTime();
    const before = new Date(now - deps.limitMinutes * 60_000).toISOString();
    const remedies: Remedy[] = [];
    const failed = new Set<string>();
    for (const status of ["PENDING", "PROCESSING"] as const) {
      for await (const { orderId } of deps.olderThan(status, before)) {
        const order = await deps.find(orderId);
        if (order?.status !== "PENDING" && order?.status !== "PROCESSING") continue;
        if (failed.has(orderId) || remedies.some((known) => known.orderId === orderId)) continue;
        try {
          remedies.push(await remedy(deps, order, now, dryRun));
        } catch (error) {
          failed.add(orderId);
          const { correlationId } = order;
          const why = { orderId, correlationId, error: String(error) };
          console.error({ event: "order_not_reconciled", ...why });
        }
      }
    }
    if (!dryRun) deps.count(remedies.length + failed.size);
    // Thrown last, so that an order that cannot be reconciled does not block the others.
    if (failed.size > 0) throw new Error(`could not reconcile ${[...failed].join(", ")}`);
    return { dryRun, late: remedies.length, remedies };
  };

async function remedy(deps: Deps, order: Order, now: number, dryRun: boolean): Promise<Remedy> {
  const { orderId, status, correlationId } = order;
  const run = await latestExecution(deps.executions, orderId);
  const minutes = Math.floor((now - Date.parse(order.createdAt)) / 60_000);
  const found = { orderId, status, minutes };
  if (run.state === "running") return { ...found, action: "wait: its workflow is running" };
  const action = run.state === "none" ? "send to queue" : "run workflow again";
  if (!dryRun) {
    if (run.state === "none") await deps.sendToQueue(order);
    else await deps.executions.start(order, run.attempt + 1);
    console.warn({ event: "order_reconciled", ...found, action, correlationId });
  }
  return { ...found, action };
}

const MAX_EXECUTIONS = 20;

/** The latest execution of an order's workflow; attempt 0 if there is none. */
async function latestExecution({ state }: Pick<Executions, "state">, orderId: string) {
  let latest: { attempt: number; state: ExecutionState } = { attempt: 0, state: "none" };
  for (let attempt = 1; attempt <= MAX_EXECUTIONS; attempt++) {
    const found = await state(orderId, attempt);
    if (found === "none") return latest;
    latest = { attempt, state: found };
    if (found === "running") return latest;
  }
  throw new Error(
    `the workflow of order ${orderId} has ended ${MAX_EXECUTIONS} times; see its executions for the reason`,
  );
}

/** Lambda entry point of the reconciler: finds late orders and resumes their processing. */
export const handler = lambdaHandler(() => createHandler(awsDeps()));

function awsDeps(): Deps {
  const table = ordersTable();
  const QueueUrl = requireEnv("ORDERS_QUEUE_URL");
  const sqs = new SQSClient(REQUEST_LIMITS);
  return {
    olderThan: orderIndex(table, statusShards()).olderThan,
    find: findOrder(table),
    executions: executions(
      new SFNClient(REQUEST_LIMITS),
      requireEnv("ORDER_WORKFLOW_ARN"),
      requireEnv("ORDER_RECOVERY_ARN"),
    ),
    now: () => new Date(),
    limitMinutes: Number(requireEnv("LATE_AFTER_MINUTES")),
    sendToQueue: async (order) => {
      const MessageBody = storedOrderMessage(order);
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    },
    count: (value) =>
      recordMetrics(
        [{ name: "OrdersLate", value, unit: "Count", dimension: ["Service", "orders"] }],
        {},
        new Date(),
      ),
  };
}
