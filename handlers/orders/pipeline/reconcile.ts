import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import * as v from "valibot";
import { requireEnv } from "../../shared/env.ts";
import { recordMetric } from "../../shared/metrics.ts";
import { REQUEST_LIMITS } from "../../shared/request-limits.ts";
import type { Order } from "../rules/order.ts";
import { awsOrders } from "../store/orders-table.ts";
import { type OrderIndex, orderIndex } from "../store/status-index.ts";

/** How the latest run of an order's workflow stands; `none` where there never was one. */
export type RunState = { attempt: number; state: "none" | "running" | "ended" };

/** What the reconciler does about an order that is late. */
export interface Remedy {
  orderId: string;
  status: Order["status"];
  minutes: number;
  action: "send to queue" | "run workflow again" | "wait: its workflow is running";
}

/** What this handler needs from the outside. */
export interface Deps {
  olderThan: OrderIndex["olderThan"];
  /** The order as it is now: the index may be late. */
  find(orderId: string): Promise<Order | undefined>;
  latestRun(orderId: string): Promise<RunState>;
  sendToQueue(order: Order): Promise<void>;
  runAgain(order: Order, attempt: number): Promise<void>;
  /** Counts the orders that are late. */
  count(late: number): void;
  now(): Date;
  /** How long an order may take. */
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
    // Only now: an order that cannot be helped must not stand in the way of those behind it.
    if (failed.size > 0) throw new Error(`could not reconcile ${[...failed].join(", ")}`);
    return { dryRun, late: remedies.length, remedies };
  };

async function remedy(deps: Deps, order: Order, now: number, dryRun: boolean): Promise<Remedy> {
  const { orderId, status, correlationId } = order;
  const run = await deps.latestRun(orderId);
  const minutes = Math.floor((now - Date.parse(order.createdAt)) / 60_000);
  const found = { orderId, status, minutes };
  if (run.state === "running") return { ...found, action: "wait: its workflow is running" };
  const action = run.state === "none" ? "send to queue" : "run workflow again";
  if (!dryRun) {
    if (run.state === "none") await deps.sendToQueue(order);
    else await deps.runAgain(order, run.attempt + 1);
    console.warn({ event: "order_reconciled", ...found, action, correlationId });
  }
  return { ...found, action };
}

let live: ReturnType<typeof createHandler> | undefined;

/** Lambda entry point of the reconciler: finds orders that are late, and sends them on. */
export const handler = (input: unknown) => {
  live ??= createHandler(awsDeps());
  return live(input);
};

const MOST_RUNS = 20;

/** Names of the runs of an order's workflow: what the queue starts, and what this function starts after it. */
function runName(orderId: string, attempt: number): string {
  return attempt === 1 ? `order-${orderId}` : `order-${orderId}-${attempt}`;
}

function awsDeps(): Deps {
  const { client, tableName, shards, orders } = awsOrders();
  const stateMachineArn = requireEnv("ORDER_WORKFLOW_ARN");
  const QueueUrl = requireEnv("ORDERS_QUEUE_URL");
  const sfn = new SFNClient(REQUEST_LIMITS);
  const sqs = new SQSClient(REQUEST_LIMITS);
  const stateOf = async (orderId: string, attempt: number) => {
    const machine = stateMachineArn.replace(":stateMachine:", ":execution:");
    const executionArn = `${machine}:${runName(orderId, attempt)}`;
    try {
      const { status } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
      return status === "RUNNING" ? "running" : "ended";
    } catch (error) {
      if (error instanceof ExecutionDoesNotExist) return "none";
      throw error;
    }
  };
  return {
    olderThan: orderIndex(client, tableName, shards).olderThan,
    find: orders.find,
    now: () => new Date(),
    limitMinutes: Number(requireEnv("LATE_AFTER_MINUTES")),
    latestRun: async (orderId) => {
      let latest: RunState = { attempt: 0, state: "none" };
      for (let attempt = 1; attempt <= MOST_RUNS; attempt++) {
        const state = await stateOf(orderId, attempt);
        if (state === "none") return latest;
        latest = { attempt, state };
        if (state === "running") return latest;
      }
      throw new Error(`the workflow of order ${orderId} has ended ${MOST_RUNS} times; see why`);
    },
    sendToQueue: async ({ orderId, createdAt }) => {
      const MessageBody = JSON.stringify({ orderId, createdAt });
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    },
    runAgain: async ({ orderId, createdAt }, attempt) => {
      const name = runName(orderId, attempt);
      const input = JSON.stringify({ orderId, createdAt });
      try {
        await sfn.send(new StartExecutionCommand({ stateMachineArn, name, input }));
      } catch (error) {
        if (!(error instanceof ExecutionAlreadyExists)) throw error;
      }
    },
    count: (value) =>
      recordMetric(
        { name: "OrdersLate", value, unit: "Count", dimension: ["Service", "orders"] },
        {},
        new Date(),
      ),
  };
}
