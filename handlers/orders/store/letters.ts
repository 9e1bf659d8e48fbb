import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { GetCommand, PutCommand, type PutCommandInput, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { type FailedCondition, type Write, writeTogether } from "../../shared/transaction.ts";
import type { Letter } from "../rules/letter.ts";
import { letterCountKey, letterKey, stoppedKey } from "./keys.ts";
import type { OrdersTable } from "./orders-table.ts";

/** A letter about one version of an order, and the delivery of the notification that requests it. */
export interface LetterRequest {
  orderId: string;
  version: number;
  letter: Letter;
  /** Id of the SNS message: its retries have the same one. */
  delivery: string;
  /** Maximum number of letters to the address within an hour; undefined: no limit. */
  maxPerHour: number | undefined;
}

/**
 * The outcome of a request for a letter. `claimed`: this delivery is to send it. `done`: it was sent before, or another
 * delivery sends it. Otherwise it is never sent: the address wants no letters, or has had its letters for this hour.
 */
export type LetterClaim = "claimed" | "done" | "stopped" | "over_limit";

/** Makes exactly one delivery send each letter. */
export interface LetterBook {
  /** Claims a letter. The same delivery may claim it again until it is sent. */
  claim(request: LetterRequest): Promise<LetterClaim>;
  /** Marks a claimed letter as sent: from then on no delivery sends it. */
  markSent(request: LetterRequest): Promise<void>;
}

interface LetterItem {
  delivery: string;
  claimedAt: string;
  sentAt?: string;
  suppressed?: LetterClaim;
}

const KEPT_SECONDS = 90 * 24 * 60 * 60;
const HOUR_SECONDS = 60 * 60;

/**
 * How long a delivery owns a letter that it has not sent. Lambda retries an asynchronous event for at most six hours;
 * after that the delivery is in the dead-letter queue, and another delivery of the same event may send the letter.
 */
const CLAIM_SECONDS = 6 * HOUR_SECONDS;

/** Letters in the orders' table. */
export function letterBook(
  { client, tableName: TableName }: OrdersTable,
  now: () => Date,
): LetterBook {
  const isStopped = async ({ channel, to }: Letter) => {
    const Key = stoppedKey(channel, to);
    const { Item } = await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
    return Item !== undefined;
  };

  const itemOf = ({ orderId, version, letter, delivery }: LetterRequest, more = {}) => ({
    ...letterKey(orderId, letter.channel, version),
    ...letter,
    delivery,
    claimedAt: now().toISOString(),
    expiresAt: inSeconds(KEPT_SECONDS),
    ...more,
  });

  /** Writes the first claim of a letter; returns the conditions that failed: of the claim (0) and of the limit (1). */
  const claimFirst = (request: LetterRequest): Promise<FailedCondition[]> => {
    const { letter, maxPerHour } = request;
    const Put = {
      TableName,
      Item: itemOf(request),
      ConditionExpression: "attribute_not_exists(PK)",
      ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
    };
    if (maxPerHour === undefined) return putAlone(client, Put);
    const hour = now().toISOString().slice(0, "2026-11-21T09".length);
    const count: Write = {
      Update: {
        TableName,
        Key: letterCountKey(letter.channel, letter.to, hour),
        UpdateExpression: "SET expiresAt = :expiresAt ADD letters :one",
        ConditionExpression: "attribute_not_exists(letters) OR letters < :max",
        ExpressionAttributeValues: {
          ":expiresAt": inSeconds(2 * HOUR_SECONDS),
          ":one": 1,
          ":max": maxPerHour,
        },
      },
    };
    return writeTogether(client, [{ Put }, count]);
  };

  /** Records that a letter is not sent, unless a delivery has claimed it meanwhile. */
  const suppress = async (request: LetterRequest, suppressed: LetterClaim) => {
    const put = new PutCommand({
      TableName,
      Item: itemOf(request, { suppressed }),
      ConditionExpression: "attribute_not_exists(PK)",
    });
    return (await holds(client.send(put))) ? suppressed : "done";
  };

  /** Takes over a claim whose owner has given up. */
  const takeOver = async (request: LetterRequest, { delivery }: LetterItem) => {
    const put = new PutCommand({
      TableName,
      Item: itemOf(request),
      ConditionExpression: "delivery = :delivery AND attribute_not_exists(sentAt)",
      ExpressionAttributeValues: { ":delivery": delivery },
    });
    return (await holds(client.send(put))) ? "claimed" : "done";
  };

  const inSeconds = (seconds: number) => Math.floor(now().getTime() / 1000) + seconds;

  return {
    claim: async (request) => {
      if (await isStopped(request.letter)) return suppress(request, "stopped");
      const failed = await claimFirst(request);
      if (failed.length === 0) return "claimed";
      const found = failed.find(({ index }) => index === 0)?.item as LetterItem | undefined;
      if (!found) return suppress(request, "over_limit");
      if (found.sentAt || found.suppressed) return "done";
      if (found.delivery === request.delivery) return "claimed";
      const ownedUntil = Date.parse(found.claimedAt) + CLAIM_SECONDS * 1000;
      return now().getTime() < ownedUntil ? "done" : takeOver(request, found);
    },

    markSent: async ({ orderId, version, letter, delivery }) => {
      const update = new UpdateCommand({
        TableName,
        Key: letterKey(orderId, letter.channel, version),
        UpdateExpression: "SET sentAt = :now",
        ConditionExpression: "delivery = :delivery",
        ExpressionAttributeValues: { ":now": now().toISOString(), ":delivery": delivery },
      });
      await holds(client.send(update));
    },
  };
}

async function putAlone(
  client: OrdersTable["client"],
  put: PutCommandInput,
): Promise<FailedCondition[]> {
  try {
    await client.send(new PutCommand(put));
    return [];
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return [{ index: 0, item: error.Item && unmarshall(error.Item) }];
  }
}

async function holds(sending: Promise<unknown>): Promise<boolean> {
  try {
    await sending;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
