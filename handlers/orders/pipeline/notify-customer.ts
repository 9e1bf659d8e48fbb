import { randomUUID } from "node:crypto";
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import type { SNSEvent } from "aws-lambda";
import * as v from "valibot";
import { documentClient } from "../../shared/document-client.ts";
import { requireEnv } from "../../shared/env.ts";
import { lambdaHandler } from "../../shared/lambda-handler.ts";
import { recordMetric } from "../../shared/metrics.ts";
import { type Announcement, announcementSchema } from "../rules/announcement.ts";
import { type Letter, lettersFor } from "../rules/letter.ts";
import { letterKey } from "../store/keys.ts";

export interface Deps {
  /** Records that a letter is sent; tells whether it was not before. */
  record(announcement: Announcement, letter: Letter): Promise<boolean>;
  /** Sends a letter. */
  send(announcement: Announcement, letter: Letter): void;
}

export const createHandler =
  (deps: Deps) =>
  async (event: SNSEvent): Promise<void> => {
    for (const { Sns } of event.Records) {
      const announcement = v.parse(announcementSchema, JSON.parse(Sns.Message));
      for (const letter of lettersFor(announcement)) {
        if (await deps.record(announcement, letter)) deps.send(announcement, letter);
      }
    }
  };

/** Lambda entry point of the orders topic: tells the customer once of each event, by e-mail and by SMS. */
export const handler = lambdaHandler(() => createHandler(awsDeps()));

const NINETY_DAYS = 90 * 24 * 60 * 60;

function awsDeps(): Deps {
  const TableName = requireEnv("ORDERS_TABLE");
  const client = documentClient();
  return {
    record: async ({ orderId, version }, letter) => {
      const now = new Date();
      const Item = {
        ...letterKey(orderId, letter.channel, version),
        ...letter,
        sentAt: now.toISOString(),
        expiresAt: Math.floor(now.getTime() / 1000) + NINETY_DAYS,
        claim: randomUUID(),
      };
      const put = new PutCommand({
        TableName,
        Item,
        // When an answer is lost, the SDK writes again, and finds what it wrote itself.
        ConditionExpression: "attribute_not_exists(PK) OR claim = :claim",
        ExpressionAttributeValues: { ":claim": Item.claim },
      });
      try {
        await client.send(put);
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },
    send: ({ orderId, version, correlationId }, letter) => {
      // Nothing goes out: a real mailer would take this line's place.
      console.info({ event: "letter_simulated", orderId, version, correlationId, ...letter });
      const { channel } = letter;
      recordMetric(
        { name: "NotificationsSent", value: 1, unit: "Count", dimension: ["Channel", channel] },
        { orderId, correlationId },
        new Date(),
      );
    },
  };
}
