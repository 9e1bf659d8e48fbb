import { readFileSync } from "node:fs";
import type * as aws from "@pulumi/aws";
import { STATUS_INDEX } from "../../handlers/orders/store/contract.ts";
import {
  executionAccess,
  indexAccess,
  sendAccess,
  startAccess,
  tableAccess,
} from "../aws/access.ts";
import type { FunctionArgs } from "../aws/function.ts";
import type { WorkQueue } from "../aws/queue.ts";
import type { Settings } from "../settings.ts";
import type { StarterArgs, WorkflowDefinition } from "../workflow.ts";
import { expressDefinition, recoveryDefinition } from "./express.ts";
import { CONSUMER_TIMEOUT_SECONDS } from "./queue.ts";
import type { OrderTables } from "./tables.ts";
import { orderVariables } from "./variables.ts";

/** What the order saga works on. */
export interface OrderSagaArgs {
  tables: OrderTables;
  /** The queue whose messages start it. */
  queue: WorkQueue;
  settings: Pick<Settings, "orders">;
}

/**
 * The order saga: reserves stock, charges and confirms; or refunds, releases the stock and rejects. As an Express workflow
 * it hands over to a Standard one what it cannot end within its few attempts.
 */
export function orderSaga(args: OrderSagaArgs): WorkflowDefinition {
  const whole = readFileSync(new URL("./workflow.asl.json", import.meta.url), "utf8");
  const express = args.settings.orders.workflow === "express";
  return {
    ...(express
      ? { definition: recoveryDefinition(whole), express: expressDefinition(whole) }
      : { definition: whole }),
    steps: orderSteps(args),
    waitingQueues: { ParkedQueueUrl: "parked-refunds" },
    starters: (machine, recovery) => [
      processOrder(machine, args),
      reconcile(machine, recovery, args),
    ],
  };
}

function orderSteps({ tables, settings }: OrderSagaArgs): Record<string, FunctionArgs> {
  const { ORDER_STATUS_SHARDS, UNPRICED_PRODUCTS, UNTRACKED_IN_STOCK } = orderVariables(settings);
  const orders = (...actions: string[]) => tableAccess(tables.orders, actions, "ORDERS_TABLE");
  const payments = tableAccess(
    tables.payments,
    ["GetItem", "PutItem", "UpdateItem"],
    "PAYMENTS_TABLE",
  );
  return {
    ReserveStock: {
      entry: "handlers/orders/saga/reserve-stock.ts",
      description: "Reserves the items of an order",
      uses: [orders("BatchGetItem", "GetItem", "PutItem", "UpdateItem")],
      environment: { ORDER_STATUS_SHARDS, UNPRICED_PRODUCTS, UNTRACKED_IN_STOCK },
    },
    ChargePayment: {
      entry: "handlers/orders/saga/charge-payment.ts",
      description: "Captures the total of an order",
      uses: [orders("GetItem", "PutItem"), payments],
      environment: { ORDER_STATUS_SHARDS },
    },
    ConfirmOrder: {
      entry: "handlers/orders/saga/confirm-order.ts",
      description: "Marks an order as COMPLETED and its items as sold",
      uses: [orders("GetItem", "PutItem", "UpdateItem")],
      environment: { ORDER_STATUS_SHARDS },
    },
    RefundPayment: {
      entry: "handlers/orders/saga/refund-payment.ts",
      description: "Refunds or voids the payment of an order",
      uses: [orders("GetItem", "PutItem"), payments],
      environment: { ORDER_STATUS_SHARDS },
    },
    ReleaseStock: {
      entry: "handlers/orders/saga/release-stock.ts",
      description: "Releases the reserved items of an order",
      uses: [orders("GetItem", "PutItem", "UpdateItem")],
      environment: { ORDER_STATUS_SHARDS },
    },
    RejectOrder: {
      entry: "handlers/orders/saga/reject-order.ts",
      description: "Marks an order as FAILED",
      uses: [orders("GetItem", "PutItem")],
      environment: { ORDER_STATUS_SHARDS },
    },
  };
}

function processOrder(
  machine: aws.sfn.StateMachine,
  { tables, queue, settings }: OrderSagaArgs,
): StarterArgs {
  const { IDEMPOTENCY_HOURS, ORDER_STATUS_SHARDS } = orderVariables(settings);
  return {
    entry: "handlers/orders/pipeline/process-order.ts",
    description: "Stores each queued order that is not stored yet, and starts its workflow",
    timeoutSeconds: CONSUMER_TIMEOUT_SECONDS,
    uses: [
      tableAccess(tables.orders, ["GetItem", "PutItem"], "ORDERS_TABLE"),
      startAccess(machine, "ORDER_WORKFLOW_ARN"),
      sendAccess(queue.deadLetters, "SET_ASIDE_QUEUE_URL"),
    ],
    environment: { IDEMPOTENCY_HOURS, ORDER_STATUS_SHARDS },
    queue: queue.queue,
    batchSize: settings.orders.batchSize,
    maximumConcurrency: settings.orders.maximumConcurrency,
  };
}

function reconcile(
  machine: aws.sfn.StateMachine,
  recovery: aws.sfn.StateMachine,
  { tables, queue, settings }: OrderSagaArgs,
): StarterArgs {
  const { LATE_AFTER_MINUTES, ORDER_STATUS_SHARDS } = orderVariables(settings);
  return {
    entry: "handlers/orders/pipeline/reconcile.ts",
    description: "Finds orders that are late and resumes them",
    schedule: settings.orders.reconcileSchedule,
    timeoutSeconds: 300,
    uses: [
      tableAccess(tables.orders, ["GetItem"], "ORDERS_TABLE"),
      indexAccess(tables.orders, STATUS_INDEX, ["Query"]),
      executionAccess(recovery, "order-", "ORDER_RECOVERY_ARN"),
      startAccess(machine, "ORDER_WORKFLOW_ARN"),
      sendAccess(queue.queue, "ORDERS_QUEUE_URL"),
    ],
    environment: { LATE_AFTER_MINUTES, ORDER_STATUS_SHARDS },
  };
}
