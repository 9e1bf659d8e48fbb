import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { PublishBatchCommand, SNSClient } from "@aws-sdk/client-sns";
import { BatchGetCommand, BatchWriteCommand } from "@aws-sdk/lib-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import { requireEnv } from "../../shared/env.ts";
import { REQUEST_LIMITS } from "../../shared/request-limits.ts";
import { TransientError } from "../../shared/step.ts";
import {
  type Announcement,
  announcementOf,
  announcementText,
  SUBJECTS,
} from "../rules/announcement.ts";
import { recordOrderMetrics } from "../rules/metrics.ts";
import type { Order } from "../rules/order.ts";
import { orderOf } from "../store/orders.ts";
import { awsOrders } from "../store/orders-table.ts";

/** What this handler needs from the outside. */
export interface Deps {
  /** Which of these have been published before. */
  published(announcements: Announcement[]): Promise<Set<Announcement>>;
  /** Publishes at most ten; answers those that were refused. */
  publish(announcements: Announcement[]): Promise<Announcement[]>;
  /** Remembers that these are published; answers those for which it could not. */
  remember(announcements: Announcement[]): Promise<Announcement[]>;
  /** Counts what an announcement says. */
  count(announcement: Announcement, order: Order): void;
}

interface Told {
  announcement: Announcement;
  order: Order;
  sequenceNumber: string;
}

export const createHandler =
  (deps: Deps) =>
  async (event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    const told: Told[] = [];
    let unreadable: string | undefined;
    for (const record of event.Records) {
      try {
        told.push(...read(record));
      } catch (error) {
        unreadable = record.dynamodb?.SequenceNumber ?? "";
        console.error({ event: "order_record_unreadable", error: String(error), unreadable });
        break;
      }
    }
    const failed = await tell(deps, told);
    // Lambda goes on from the first failure: what lies before it is done.
    const first = failed ?? unreadable;
    return { batchItemFailures: first === undefined ? [] : [{ itemIdentifier: first }] };
  };

function read({ dynamodb }: DynamoDBRecord): Told[] {
  const { NewImage, OldImage, SequenceNumber = "" } = dynamodb ?? {};
  if (!NewImage) return [];
  const imageOf = (image: object) => orderOf(unmarshall(image as Record<string, AttributeValue>));
  const order = imageOf(NewImage);
  const announcement = announcementOf(order, OldImage && imageOf(OldImage));
  return announcement ? [{ announcement, order, sequenceNumber: SequenceNumber }] : [];
}

/** Publishes what has not been, and answers the first record that could not be. */
async function tell(deps: Deps, records: Told[]): Promise<string | undefined> {
  // A batch may hold a record twice.
  const told = [...new Map(records.map((one) => [one.sequenceNumber, one])).values()];
  if (told.length === 0) return undefined;
  const done = await deps.published(told.map(({ announcement }) => announcement));
  const waiting = told.filter(({ announcement }) => !done.has(announcement));
  if (waiting.length === 0) return undefined;
  const open = new Set(await deps.publish(waiting.map(({ announcement }) => announcement)));
  const published = waiting.flatMap(({ announcement }) =>
    open.has(announcement) ? [] : announcement,
  );
  // Nobody knows of what is not marked that it was published: it is told again.
  const unmarked = published.length > 0 ? await deps.remember(published) : [];
  for (const announcement of unmarked) open.add(announcement);
  for (const { announcement, order } of waiting) {
    if (open.has(announcement)) continue;
    const { eventType, orderId, version, correlationId } = announcement;
    console.info({ event: "order_announced", eventType, orderId, version, correlationId });
    deps.count(announcement, order);
  }
  return waiting.find(({ announcement }) => open.has(announcement))?.sequenceNumber;
}

let live: ReturnType<typeof createHandler> | undefined;

/** Lambda entry point of the orders' stream, and the only publisher to the orders topic. */
export const handler = (event: DynamoDBStreamEvent) => {
  live ??= createHandler(awsDeps());
  return live(event);
};

const THIRTY_DAYS = 30 * 24 * 60 * 60;

function awsDeps(): Deps {
  const { client, tableName } = awsOrders();
  const TopicArn = requireEnv("ORDERS_TOPIC_ARN");
  const sns = new SNSClient(REQUEST_LIMITS);
  const markOf = ({ orderId, version }: Announcement) => ({
    PK: `ORDER#${orderId}`,
    SK: `ANNOUNCED#${version}`,
  });
  const nameOf = ({ PK, SK }: Record<string, unknown>) => `${PK} ${SK}`;
  return {
    published: async (announcements) => {
      const Keys = announcements.map(markOf);
      const RequestItems = { [tableName]: { Keys, ConsistentRead: true } };
      const { Responses, UnprocessedKeys } = await client.send(
        new BatchGetCommand({ RequestItems }),
      );
      if (Object.keys(UnprocessedKeys ?? {}).length > 0) {
        throw new TransientError("not every mark could be read");
      }
      const found = (Responses?.[tableName] ?? []).map(nameOf);
      return new Set(announcements.filter((one) => found.includes(nameOf(markOf(one)))));
    },
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
    remember: async (announcements) => {
      const expiresAt = Math.floor(Date.now() / 1000) + THIRTY_DAYS;
      const marks = announcements.map((one) => ({
        PutRequest: { Item: { ...markOf(one), expiresAt } },
      }));
      const write = new BatchWriteCommand({ RequestItems: { [tableName]: marks } });
      const { UnprocessedItems } = await client.send(write);
      const left = (UnprocessedItems?.[tableName] ?? []).map(({ PutRequest }) =>
        nameOf(PutRequest?.Item ?? {}),
      );
      return announcements.filter((one) => left.includes(nameOf(markOf(one))));
    },
    count: (announcement, order) => recordOrderMetrics(announcement, order, new Date()),
  };
}

/** What subscriptions can filter by. `addressed`: whether there is a customer to write to. */
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
