import type * as aws from "@pulumi/aws";
import type { HandlerFunction } from "../aws/function.ts";
import { deadLetterQueue } from "../aws/queue.ts";
import { type LoggedStateMachine, stateMachine } from "../aws/state-machine.ts";
import type { WatchedComponent } from "../aws/watched.ts";
import type { Settings } from "../settings.ts";
import { type OrderFunctionArgs, orderFunctions } from "./functions.ts";
import type { OrderTables } from "./tables.ts";

/** What the order workflow works on. */
export interface OrderWorkflowArgs {
  tables: Pick<OrderTables, "orders" | "payments">;
  settings: Pick<Settings, "logs" | "orders">;
}

/** A state machine that takes an order to COMPLETED, or gives back everything and takes it to FAILED. */
export interface OrderWorkflow extends LoggedStateMachine {
  /** The steps, by job. */
  functions: Record<string, HandlerFunction>;
  /** Where a refund waits for a person. */
  parkedRefunds: aws.sqs.Queue;
}

/** The order saga: hold the stock, charge, confirm; or back. */
export function orderWorkflow(
  name: string,
  { tables, settings }: OrderWorkflowArgs,
  parent: WatchedComponent,
): OrderWorkflow {
  const { orders, payments } = tables;
  const create = orderFunctions(orders, settings, parent);
  const step = (job: string, description: string, use: Partial<OrderFunctionArgs>) =>
    create(`${name}-${job}`, { entry: `handlers/orders/saga/${job}.ts`, description, ...use });
  const moves: Partial<OrderFunctionArgs> = {
    onOrders: ["GetItem", "PutItem"],
    reads: ["ORDER_STATUS_SHARDS"],
  };
  const counts: Partial<OrderFunctionArgs> = {
    ...moves,
    onOrders: ["GetItem", "PutItem", "UpdateItem"],
  };
  const pays: Partial<OrderFunctionArgs> = {
    ...moves,
    environment: { PAYMENTS_TABLE: payments.name },
    grants: [
      {
        actions: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
        resources: [payments.arn],
      },
    ],
  };
  const functions = {
    reserveStock: step("reserve-stock", "Holds the pieces of an order", {
      ...counts,
      onOrders: ["BatchGetItem", "GetItem", "PutItem", "UpdateItem"],
      reads: ["ORDER_STATUS_SHARDS", "UNTRACKED_IN_STOCK"],
    }),
    chargePayment: step("charge-payment", "Captures the total of an order", pays),
    confirmOrder: step("confirm-order", "Sells the pieces of an order", counts),
    refundPayment: step("refund-payment", "Gives back what an order was charged", pays),
    releaseStock: step("release-stock", "Frees the pieces of an order", counts),
    rejectOrder: step("reject-order", "Marks an order as FAILED", moves),
  };

  const parkedRefunds = deadLetterQueue(`${name}-parked-refunds`, parent);
  const { machine, logs } = stateMachine(
    `${name}-orders`,
    {
      definition: new URL("./workflow.asl.json", import.meta.url),
      functions: {
        ReserveStockFunctionArn: functions.reserveStock,
        ChargePaymentFunctionArn: functions.chargePayment,
        ConfirmOrderFunctionArn: functions.confirmOrder,
        RefundPaymentFunctionArn: functions.refundPayment,
        ReleaseStockFunctionArn: functions.releaseStock,
        RejectOrderFunctionArn: functions.rejectOrder,
      },
      values: { ParkedQueueUrl: parkedRefunds.url },
      grants: [{ actions: ["sqs:SendMessage"], resources: [parkedRefunds.arn] }],
      logRetentionDays: settings.logs.retentionDays,
    },
    parent,
  );
  return { machine, logs, functions, parkedRefunds };
}
