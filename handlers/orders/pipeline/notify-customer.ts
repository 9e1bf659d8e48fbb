import type { SNSEvent } from "aws-lambda";
import * as v from "valibot";
import { requireEnv } from "../../shared/env.ts";
import { lambdaHandler } from "../../shared/lambda-handler.ts";
import { recordMetrics } from "../../shared/metrics.ts";
import { type Announcement, announcementSchema } from "../rules/announcement.ts";
import { type Letter, letterId, lettersFor } from "../rules/letter.ts";
import { type LetterBook, letterBook } from "../store/letters.ts";
import { ordersTable } from "../store/orders-table.ts";

export interface Deps {
  book: LetterBook;
  /** Sends a letter. The id is the same at each attempt, so that a provider can drop a duplicate. */
  send(letter: Letter, id: string, announcement: Announcement): Promise<void>;
  /** How many letters an address gets within an hour for orders that nobody's key vouches for. */
  maxPerHour: number;
}

export const createHandler =
  ({ book, send, maxPerHour }: Deps) =>
  async (event: SNSEvent): Promise<void> => {
    for (const { Sns } of event.Records) {
      const announcement = v.parse(announcementSchema, JSON.parse(Sns.Message));
      const { orderId, version, door, correlationId } = announcement;
      for (const letter of lettersFor(announcement)) {
        const request = {
          orderId,
          version,
          letter,
          delivery: Sns.MessageId,
          maxPerHour: door === "http" ? maxPerHour : undefined,
        };
        const claim = await book.claim(request);
        if (claim === "claimed") {
          await send(letter, letterId(announcement, letter), announcement);
          await book.markSent(request);
        } else if (claim !== "done") {
          const { channel } = letter;
          const ids = { orderId, version, correlationId };
          console.warn({ event: "letter_suppressed", reason: claim, channel, ...ids });
        }
      }
    }
  };

/** Lambda entry point of the orders topic: sends the letters for each event once, by e-mail and by SMS. */
export const handler = lambdaHandler(() => createHandler(awsDeps()));

function awsDeps(): Deps {
  return {
    book: letterBook(ordersTable(), () => new Date()),
    maxPerHour: Number(requireEnv("MAX_LETTERS_PER_HOUR")),
    send: async (letter, id, { orderId, version, correlationId }) => {
      // Nothing is sent: a real mail or SMS provider is called here, with the id as its idempotency key.
      console.info({ event: "letter_simulated", id, orderId, version, correlationId, ...letter });
      const dimension: [string, string] = ["Channel", letter.channel];
      const metric = { name: "NotificationsSent", value: 1, unit: "Count", dimension } as const;
      recordMetrics([metric], { orderId, correlationId }, new Date());
    },
  };
}
