import { BatchGetCommand, BatchWriteCommand } from "@aws-sdk/lib-dynamodb";
import { TransientError } from "../../shared/transient-error.ts";
import type { Announcement } from "../rules/announcement.ts";
import { announcedKey, type ItemKey } from "./keys.ts";
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

/** Marks in the orders' table. */
export function announcedMarks({ client, tableName }: OrdersTable): AnnouncedMarks {
  const keyOf = ({ orderId, version }: Announcement) => announcedKey(orderId, version);
  const idOf = ({ PK, SK }: ItemKey) => `${PK} ${SK}`;
  const among = (announcements: Announcement[], items: Record<string, unknown>[]) => {
    const ids = new Set(items.map((item) => idOf(item as unknown as ItemKey)));
    return announcements.filter((one) => ids.has(idOf(keyOf(one))));
  };
  return {
    marked: async (announcements) => {
      const Keys = announcements.map(keyOf);
      const RequestItems = { [tableName]: { Keys, ConsistentRead: true } };
      const batch = new BatchGetCommand({ RequestItems });
      const { Responses, UnprocessedKeys } = await client.send(batch);
      if (Object.keys(UnprocessedKeys ?? {}).length > 0) {
        throw new TransientError("DynamoDB left keys of BatchGetItem unprocessed");
      }
      return new Set(among(announcements, Responses?.[tableName] ?? []));
    },
    mark: async (announcements) => {
      const expiresAt = Math.floor(Date.now() / 1000) + KEPT_SECONDS;
      const puts = announcements.map((one) => ({
        PutRequest: { Item: { ...keyOf(one), expiresAt } },
      }));
      const write = new BatchWriteCommand({ RequestItems: { [tableName]: puts } });
      const { UnprocessedItems } = await client.send(write);
      const left = (UnprocessedItems?.[tableName] ?? []).map(
        ({ PutRequest }) => PutRequest?.Item ?? {},
      );
      return among(announcements, left);
    },
  };
}
