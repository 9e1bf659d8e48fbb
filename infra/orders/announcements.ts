import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ORDER_PREFIX } from "../../handlers/orders/store/contract.ts";
import type { HandlerFunction } from "../aws/function.ts";
import { deadLetterQueue } from "../aws/queue.ts";
import { streamReader, streamReaderGrants } from "../aws/stream-reader.ts";
import { topic } from "../aws/topic.ts";
import type { WatchedComponent } from "../aws/watched.ts";
import type { Settings } from "../settings.ts";
import type { OrderFunctions } from "./functions.ts";

/** What announcements are made of. */
export interface OrderAnnouncementsArgs {
  orders: aws.dynamodb.Table;
  create: OrderFunctions;
  settings: Pick<Settings, "orders">;
}

/** The topic that tells of orders, and what listens to it. */
export interface OrderAnnouncements {
  topic: aws.sns.Topic;
  functions: Record<string, HandlerFunction>;
}

// Nobody is told of a step in between.
const TOLD = ["OrderCreated", "OrderCompleted", "OrderFailed"];

/** Tells the world what happens to orders: one function reads the table's stream, and nothing else publishes. */
export function orderAnnouncements(
  name: string,
  { orders, create, settings }: OrderAnnouncementsArgs,
  parent: WatchedComponent,
): OrderAnnouncements {
  const announcements = topic(name, { displayName: "Orders", tracingConfig: "Active" }, parent);

  const unread = deadLetterQueue(`${name}-events`, parent);
  const orderEvents = create(`${name}-events`, {
    entry: "handlers/orders/pipeline/order-events.ts",
    description: "Announces each change of an order's status",
    timeoutSeconds: 30,
    environment: { ORDERS_TOPIC_ARN: announcements.arn },
    onOrders: ["BatchGetItem", "BatchWriteItem"],
    grants: [
      { actions: ["sns:Publish"], resources: [announcements.arn] },
      ...streamReaderGrants(orders, unread),
    ],
  });
  streamReader(
    `${name}-events`,
    {
      table: orders,
      reader: orderEvents,
      failures: unread,
      // Orders, and not what is kept beside them.
      filter: {
        eventName: ["INSERT", "MODIFY"],
        dynamodb: { Keys: { SK: { S: [{ prefix: ORDER_PREFIX }] } } },
      },
    },
    parent,
  );

  const undelivered = deadLetterQueue(`${name}-notify`, parent, [
    { service: "sns.amazonaws.com", sourceArns: [announcements.arn] },
  ]);
  const redrivePolicy = pulumi.jsonStringify({ deadLetterTargetArn: undelivered.arn });
  const notifyCustomer = create(`${name}-notify`, {
    entry: "handlers/orders/pipeline/notify-customer.ts",
    description: "Writes to the customer by e-mail and SMS, simulated",
    onOrders: ["PutItem"],
    grants: [{ actions: ["sqs:SendMessage"], resources: [undelivered.arn] }],
  });
  new aws.lambda.FunctionEventInvokeConfig(
    `${name}-notify-retries`,
    {
      functionName: notifyCustomer.lambda.name,
      maximumRetryAttempts: 2,
      destinationConfig: { onFailure: { destination: undelivered.arn } },
    },
    { parent },
  );
  const permission = new aws.lambda.Permission(
    `${name}-notify-permission`,
    {
      function: notifyCustomer.lambda.name,
      action: "lambda:InvokeFunction",
      principal: "sns.amazonaws.com",
      sourceArn: announcements.arn,
    },
    { parent },
  );
  new aws.sns.TopicSubscription(
    `${name}-notify-subscription`,
    {
      topic: announcements.arn,
      protocol: "lambda",
      endpoint: notifyCustomer.lambda.arn,
      filterPolicy: JSON.stringify({ eventType: TOLD, addressed: ["true"] }),
      redrivePolicy,
    },
    { parent, dependsOn: permission },
  );
  if (settings.orders.email) {
    new aws.sns.TopicSubscription(
      `${name}-email-subscription`,
      {
        topic: announcements.arn,
        protocol: "email",
        endpoint: settings.orders.email,
        filterPolicy: JSON.stringify({ eventType: TOLD }),
        redrivePolicy,
      },
      { parent },
    );
  }
  return { topic: announcements, functions: { orderEvents, notifyCustomer } };
}
