import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { PublishBatchCommand, SNSClient } from "@aws-sdk/client-sns";
import { BatchGetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import { requireEnv } from "../shared/env.ts";
import { REQUEST_LIMITS } from "../shared/request-limits.ts";
import { TransientError } from "../shared/step.ts";
import { type Announcement, announcementOf, announcementText, SUBJECTS } from "./announcement.ts";
import { awsOrders } from "./aws-orders.ts";
import type { Order } from "./order.ts";
import { recordOrderMetrics } from "./order-metrics.ts";
import { orderOf } from "./order-store.ts";

/** What this handler needs from the outside. */
export interface Deps {
  /** Which of these have been published before. */
  published(announcements: Announcement[]): Promise<Set<Announcement>>;
  /** Publishes at most ten; answers those that were refused. */
  publish(announcements: Announcement[]): Promise<Announcement[]>;
  /** Remembers that an announcement is published. */
  remember(announcement: Announcement): Promise<void>;
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
async function tell(deps: Deps, told: Told[]): Promise<string | undefined> {
  if (told.length === 0) return undefined;
  const done = await deps.published(told.map(({ announcement }) => announcement));
  const waiting = told.filter(({ announcement }) => !done.has(announcement));
  if (waiting.length === 0) return undefined;
  const refused = new Set(await deps.publish(waiting.map(({ announcement }) => announcement)));
  await Promise.all(
    waiting
      .filter(({ announcement }) => !refused.has(announcement))
      .map(async ({ announcement, order }) => {
        await deps.remember(announcement);
        const { eventType, orderId, version, correlationId } = announcement;
        console.info({ event: "order_announced", eventType, orderId, version, correlationId });
        deps.count(announcement, order);
      }),
  );
  return waiting.find(({ announcement }) => refused.has(announcement))?.sequenceNumber;
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
  return {
    published: async (announcements) => {
      const marks = new Map(announcements.map((one) => [JSON.stringify(markOf(one)), one]));
      const Keys = [...marks.values()].map(markOf);
      const RequestItems = { [tableName]: { Keys, ConsistentRead: true } };
      const { Responses, UnprocessedKeys } = await client.send(
        new BatchGetCommand({ RequestItems }),
      );
      if (Object.keys(UnprocessedKeys ?? {}).length > 0) {
        throw new TransientError("not every mark could be read");
      }
      const found = (Responses?.[tableName] ?? []).map(({ PK, SK }) => JSON.stringify({ PK, SK }));
      return new Set(announcements.filter((one) => found.includes(JSON.stringify(markOf(one)))));
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
    remember: async (announcement) => {
      const expiresAt = Math.floor(Date.now() / 1000) + THIRTY_DAYS;
      const Item = { ...markOf(announcement), expiresAt };
      await client.send(new PutCommand({ TableName: tableName, Item }));
    },
    count: (announcement, order) => recordOrderMetrics(announcement, order, new Date()),
  };
}

/** What subscriptions can filter by. */
function attributesOf({ eventType, status, orderId, version }: Announcement) {
  const texts = { eventType, status, orderId, version: String(version) };
  return Object.fromEntries(
    Object.entries(texts).map(([name, StringValue]) => [
      name,
      { DataType: name === "version" ? "Number" : "String", StringValue },
    ]),
  );
}
