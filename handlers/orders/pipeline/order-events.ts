import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { PublishBatchCommand, SNSClient } from "@aws-sdk/client-sns";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import { requireEnv } from "../../shared/env.ts";
import { lambdaHandler } from "../../shared/lambda-handler.ts";
import { recordMetrics } from "../../shared/metrics.ts";
import { REQUEST_LIMITS } from "../../shared/request-limits.ts";
import {
  type Announcement,
  announcementOf,
  announcementText,
  SUBJECTS,
} from "../rules/announcement.ts";
import { orderMetrics } from "../rules/metrics.ts";
import type { Order } from "../rules/order.ts";
import { type AnnouncedMarks, announcedMarks } from "../store/announced.ts";
import { orderOf } from "../store/order-item.ts";
import { ordersTable } from "../store/orders-table.ts";

export interface Deps {
  marks: AnnouncedMarks;
  /** Publishes at most ten; returns those that were refused. */
  publish(announcements: Announcement[]): Promise<Announcement[]>;
  /** Records the metrics of an announcement. */
  count(announcement: Announcement, order: Order): void;
}

/** As many messages as SNS takes at once. */
const MAX_PUBLISHED = 10;

interface Announced {
  announcement: Announcement;
  order: Order;
  sequenceNumber: string;
}

export const createHandler =
  (deps: Deps) =>
  async (event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    const announced: Announced[] = [];
    let unreadable: string | undefined;
    for (const record of event.Records) {
      try {
        announced.push(...read(record));
      } catch (error) {
        unreadable = record.dynamodb?.SequenceNumber ?? "";
        console.error({ event: "order_record_unreadable", error: String(error), unreadable });
        break;
      }
    }
    const failed = await announce(deps, announced);
    // Lambda retries from the first failure on; everything before it is done.
    const first = failed ?? unreadable;
    return { batchItemFailures: first === undefined ? [] : [{ itemIdentifier: first }] };
  };

function read({ dynamodb }: DynamoDBRecord): Announced[] {
  const { NewImage, OldImage, SequenceNumber = "" } = dynamodb ?? {};
  if (!NewImage) return [];
  const imageOf = (image: object) => orderOf(unmarshall(image as Record<string, AttributeValue>));
  const order = imageOf(NewImage);
  const announcement = announcementOf(order, OldImage && imageOf(OldImage));
  return announcement ? [{ announcement, order, sequenceNumber: SequenceNumber }] : [];
}

/** Publishes what has not been published; returns the sequence number of the first record that failed. */
async function announce(deps: Deps, records: Announced[]): Promise<string | undefined> {
  // A batch may contain a record twice.
  const unique = [...new Map(records.map((one) => [one.sequenceNumber, one])).values()];
  if (unique.length === 0) return undefined;
  const done = await deps.marks.marked(unique.map(({ announcement }) => announcement));
  const waiting = unique.filter(({ announcement }) => !done.has(announcement));
  if (waiting.length === 0) return undefined;
  // What was published is marked before the next is: a failure then repeats nothing.
  const open = new Set<Announcement>();
  // An order's events stay together, so that they need one mark.
  const byOrder = [...Map.groupBy(waiting, ({ order }) => order.orderId).values()].flat();
  for (let start = 0; start < byOrder.length; start += MAX_PUBLISHED) {
    const some = byOrder.slice(start, start + MAX_PUBLISHED);
    for (const left of await announceTogether(deps, some)) open.add(left);
  }
  return waiting.find(({ announcement }) => open.has(announcement))?.sequenceNumber;
}

/** Publishes at most ten, and marks them; returns those that are still to be announced. */
async function announceTogether(deps: Deps, waiting: Announced[]): Promise<Set<Announcement>> {
  const open = new Set(await deps.publish(waiting.map(({ announcement }) => announcement)));
  const published = waiting.flatMap(({ announcement }) =>
    open.has(announcement) ? [] : announcement,
  );
  // Without its mark, a published announcement is published again.
  const unmarked = published.length > 0 ? await deps.marks.mark(published) : [];
  for (const announcement of unmarked) open.add(announcement);
  for (const { announcement, order } of waiting) {
    if (open.has(announcement)) continue;
    const { eventType, orderId, version, correlationId } = announcement;
    console.info({ event: "order_announced", eventType, orderId, version, correlationId });
    deps.count(announcement, order);
  }
  return open;
}

/** Lambda entry point of the orders table's stream, and the only publisher to the orders topic. */
export const handler = lambdaHandler(() => createHandler(awsDeps()));

function awsDeps(): Deps {
  const TopicArn = requireEnv("ORDERS_TOPIC_ARN");
  const sns = new SNSClient(REQUEST_LIMITS);
  return {
    marks: announcedMarks(ordersTable()),
    publish: async (announcements) => {
      const entries = announcements.map((announcement, index) => ({
        Id: String(index),
        Subject: SUBJECTS[announcement.eventType],
        MessageStructure: "json",
        Message: JSON.stringify({
          default: JSON.stringify(announcement),
          email: announcementText(announcement),
        }),
        MessageAttributes: attributesOf(announcement),
      }));
      const batch = new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries: entries });
      const { Failed = [] } = await sns.send(batch);
      return Failed.flatMap(({ Id }) => announcements[Number(Id)] ?? []);
    },
    count: (announcement, order) => {
      const { orderId, correlationId } = announcement;
      recordMetrics(orderMetrics(announcement, order), { orderId, correlationId }, new Date());
    },
  };
}

/** Attributes that subscriptions filter by. `addressed`: whether there is a customer to write to. */
function attributesOf(announcement: Announcement) {
  const { eventType, status, orderId, version, customerEmail, customerId } = announcement;
  const addressed = String(customerEmail !== undefined || customerId !== undefined);
  const texts = { eventType, status, orderId, version: String(version), addressed };
  return Object.fromEntries(
    Object.entries(texts).map(([name, StringValue]) => [
      name,
      { DataType: name === "version" ? "Number" : "String", StringValue },
    ]),
  );
}
