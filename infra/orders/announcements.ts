import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ORDER_PREFIX } from "../../handlers/orders/store/contract.ts";
import { publishAccess, tableAccess } from "../aws/access.ts";
import type { Component } from "../aws/component.ts";
import { streamFunction } from "../aws/stream-function.ts";
import { topic } from "../aws/topic.ts";
import { topicFunction } from "../aws/topic-function.ts";
import { orderVariables } from "./variables.ts";

const ORDER_KEYS = { SK: { S: [{ prefix: ORDER_PREFIX }] } };

/** Orders whose status has changed to one of these, from one of those. */
function changedTo(to: string[], from: string[]): object {
  const statuses = { NewImage: { status: { S: to } }, OldImage: { status: { S: from } } };
  return { eventName: ["MODIFY"], dynamodb: { Keys: ORDER_KEYS, ...statuses } };
}

// Intermediate steps notify nobody.
const NOTIFIED = ["OrderCreated", "OrderCompleted", "OrderFailed"];

/** The topic of order events. Only one function publishes to it: it reads the table's stream. */
export function orderAnnouncements(
  name: string,
  { orders }: { orders: aws.dynamodb.Table },
  parent: Component,
): aws.sns.Topic {
  const { settings } = parent.foundation;
  const announcements = topic(name, { displayName: "Orders", tracingConfig: "Active" }, parent);

  streamFunction(
    `${name}-events`,
    {
      entry: "handlers/orders/pipeline/order-events.ts",
      description: "Announces each change of an order's status",
      timeoutSeconds: 30,
      uses: [
        tableAccess(orders, ["BatchGetItem", "UpdateItem"], "ORDERS_TABLE"),
        publishAccess(announcements, "ORDERS_TOPIC_ARN"),
      ],
      table: orders,
      // Long enough for all that an order goes through, which is then read, published and marked at once.
      windowSeconds: 1,
      // As many keys as one lookup of marks takes.
      batchSize: 100,
      // Orders only, not the records beside them; and of their changes those of the status, which alone are announced.
      filters: [
        { eventName: ["INSERT"], dynamodb: { Keys: ORDER_KEYS } },
        changedTo(["PROCESSING", "COMPLETED", "FAILED"], ["PENDING"]),
        changedTo(["COMPLETED", "FAILED"], ["PROCESSING"]),
      ],
    },
    parent,
  );
  const { deadLetters } = topicFunction(
    `${name}-notify`,
    {
      entry: "handlers/orders/pipeline/notify-customer.ts",
      description: "Notifies the customer by e-mail and SMS (simulated)",
      uses: [tableAccess(orders, ["GetItem", "PutItem", "UpdateItem"], "ORDERS_TABLE")],
      environment: { MAX_LETTERS_PER_HOUR: orderVariables(settings).MAX_LETTERS_PER_HOUR },
      topic: announcements,
      filterPolicy: { eventType: NOTIFIED, addressed: ["true"] },
    },
    parent,
  );
  if (settings.orders.email) {
    new aws.sns.TopicSubscription(
      `${name}-email-subscription`,
      {
        topic: announcements.arn,
        protocol: "email",
        endpoint: settings.orders.email,
        filterPolicy: JSON.stringify({ eventType: NOTIFIED }),
        redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: deadLetters.arn }),
      },
      { parent },
    );
  }
  return announcements;
}
