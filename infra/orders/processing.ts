import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { HandlerFunction } from "../aws/function.ts";
import { streamPipe } from "../aws/pipe.ts";
import { type WorkQueue, workQueue } from "../aws/queue.ts";
import type { WatchedComponent } from "../aws/watched.ts";
import type { Settings } from "../settings.ts";
import type { OrderFunctions } from "./functions.ts";
import { statusIndexArn } from "./tables.ts";

/** What the processing of orders depends on. */
export interface OrderProcessingArgs {
  orders: aws.dynamodb.Table;
  /** The workflow that is started for each order. */
  workflow: Pick<aws.sfn.StateMachine, "arn">;
  create: OrderFunctions;
  settings: Pick<Settings, "orders">;
}

/** The queue that every order goes through, and what works it off. */
export interface OrderProcessing extends WorkQueue {
  functions: Record<string, HandlerFunction>;
}

const TIMEOUT_SECONDS = 30;

/** Brings every order to its workflow, once: by the queue, and where that failed by looking for orders that are late. */
export function orderProcessing(
  name: string,
  { orders, workflow, create, settings }: OrderProcessingArgs,
  parent: WatchedComponent,
): OrderProcessing {
  const { queue, failures } = workQueue(name, { timeoutSeconds: TIMEOUT_SECONDS }, parent);
  const start = { actions: ["states:StartExecution"], resources: [workflow.arn] };
  const send = (to: aws.sqs.Queue) => ({ actions: ["sqs:SendMessage"], resources: [to.arn] });

  const processOrder = create(`${name}-process`, {
    entry: "handlers/orders/pipeline/process-order.ts",
    description: "Stores what is not stored, and starts the workflow of each order",
    timeoutSeconds: TIMEOUT_SECONDS,
    environment: { ORDER_WORKFLOW_ARN: workflow.arn, SET_ASIDE_QUEUE_URL: failures.url },
    onOrders: ["GetItem", "PutItem"],
    reads: ["IDEMPOTENCY_HOURS", "ORDER_STATUS_SHARDS"],
    grants: [
      start,
      {
        actions: ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
        resources: [queue.arn],
      },
      send(failures),
    ],
  });
  new aws.lambda.EventSourceMapping(
    `${name}-process-source`,
    {
      eventSourceArn: queue.arn,
      functionName: processOrder.lambda.arn,
      batchSize: settings.orders.batchSize,
      functionResponseTypes: ["ReportBatchItemFailures"],
      scalingConfig: { maximumConcurrency: settings.orders.maximumConcurrency },
    },
    { parent },
  );

  streamPipe(
    `${name}-placed`,
    {
      description: "Brings each order that the keyed API has stored to the queue",
      table: orders,
      filter: {
        eventName: ["INSERT"],
        dynamodb: { NewImage: { door: { S: ["rest"] }, status: { S: ["PENDING"] } } },
      },
      target: queue.arn,
      targetParameters: {
        inputTemplate:
          '{"orderId": "<$.dynamodb.NewImage.orderId.S>", "createdAt": "<$.dynamodb.NewImage.createdAt.S>"}',
      },
      targetGrant: send(queue),
    },
    parent,
  );

  const reconcile = create(`${name}-reconcile`, {
    entry: "handlers/orders/pipeline/reconcile.ts",
    description: "Finds orders that are late, and sends them on",
    schedule: settings.orders.reconcileSchedule,
    timeoutSeconds: 300,
    environment: { ORDER_WORKFLOW_ARN: workflow.arn, ORDERS_QUEUE_URL: queue.url },
    onOrders: ["GetItem"],
    reads: ["LATE_AFTER_MINUTES", "ORDER_STATUS_SHARDS"],
    grants: [
      { actions: ["dynamodb:Query"], resources: [statusIndexArn(orders)] },
      { actions: ["states:DescribeExecution"], resources: [executionsOf(workflow)] },
      start,
      send(queue),
    ],
  });
  return { queue, failures, functions: { processOrder, reconcile } };
}

/** Every run of an order's workflow. */
function executionsOf(workflow: OrderProcessingArgs["workflow"]): pulumi.Output<string> {
  const runs = workflow.arn.apply((arn) => arn.replace(":stateMachine:", ":execution:"));
  return pulumi.interpolate`${runs}:order-*`;
}
