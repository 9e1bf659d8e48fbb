import { BatchGetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { TransientError } from "../../shared/transient-error.ts";
import type { Announcement } from "../rules/announcement.ts";
import { announcedKey, orderPartition } from "./keys.ts";
import type { OrdersTable } from "./orders-table.ts";

/** The marks of announcements that were published. */
export interface AnnouncedMarks {
  /** Which of these are marked. */
  marked(announcements: Announcement[]): Promise<Set<Announcement>>;
  /** Marks these; returns those that could not be marked. */
  mark(announcements: Announcement[]): Promise<Announcement[]>;
}

// Longer than any stream, queue or dead-letter queue keeps a record of the change.
const KEPT_SECONDS = 30 * 24 * 60 * 60;

/** Marks in the orders' table: an item of each order, with the versions that were announced. */
export function announcedMarks({ client, tableName: TableName }: OrdersTable): AnnouncedMarks {
  const markOrder = (orderId: string, versions: number[]) =>
    client.send(
      new UpdateCommand({
        TableName,
        Key: announcedKey(orderId),
        UpdateExpression: "SET expiresAt = :expiresAt ADD versions :versions",
        ExpressionAttributeValues: {
          ":expiresAt": Math.floor(Date.now() / 1000) + KEPT_SECONDS,
          ":versions": new Set(versions),
        },
      }),
    );
  return {
    marked: async (announcements) => {
      const Keys = [...byOrder(announcements).keys()].map(announcedKey);
      const batch = new BatchGetCommand({
        RequestItems: { [TableName]: { Keys, ConsistentRead: true } },
      });
      const { Responses, UnprocessedKeys } = await client.send(batch);
      if (Object.keys(UnprocessedKeys ?? {}).length > 0) {
        throw new TransientError("DynamoDB left keys of BatchGetItem unprocessed");
      }
      const items = Responses?.[TableName] ?? [];
      const versions = new Map(items.map((item) => [item["PK"], versionsIn(item)]));
      return new Set(
        announcements.filter(({ orderId, version }) =>
          versions.get(orderPartition(orderId))?.includes(version),
        ),
      );
    },
    mark: async (announcements) => {
      const marking = [...byOrder(announcements)].map(async ([orderId, own]) => {
        try {
          await markOrder(
            orderId,
            own.map(({ version }) => version),
          );
          return [];
        } catch (error) {
          console.error({ event: "order_not_marked", orderId, error: String(error) });
          return own;
        }
      });
      return (await Promise.all(marking)).flat();
    },
  };
}

/** The versions that an order's mark names. */
export function versionsIn(item: Record<string, unknown>): number[] {
  const { versions } = item;
  return versions instanceof Set ? [...versions].map(Number) : [];
}

function byOrder(announcements: readonly Announcement[]): Map<string, Announcement[]> {
  return Map.groupBy(announcements, ({ orderId }) => orderId);
}
