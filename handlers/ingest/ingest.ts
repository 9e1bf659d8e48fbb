import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { APIGatewayProxyEvent } from "aws-lambda";
import type * as v from "valibot";
import { fingerprint } from "../shared/canonical-json.ts";
import { details, MAX_BODY_BYTES } from "../shared/contract.ts";
import { documentClient } from "../shared/document-client.ts";
import { requireEnv } from "../shared/env.ts";
import { HttpError } from "../shared/http-error.ts";
import { requiredIdempotencyKey } from "../shared/idempotency-key.ts";
import { lambdaHandler } from "../shared/lambda-handler.ts";
import { jsonBody } from "../shared/request.ts";
import { respond } from "../shared/respond.ts";
import {
  type IngestRecord,
  type ingestAnswer,
  ingestBody,
  MAX_USERS,
  TOO_MANY_USERS,
} from "./contract.ts";
import { cleanUsers } from "./users/clean-users.ts";

export interface Deps {
  /** Stores the record unless an unexpired one has its id; then returns that one. */
  store(record: IngestRecord, nowSeconds: number): Promise<IngestRecord | undefined>;
  now(): Date;
  /** How long an idempotency key is remembered. */
  keptSeconds: number;
}

/** The key with its scope: keys of different callers and routes are independent. */
export function scopedKey(event: APIGatewayProxyEvent, key: string): string {
  const caller = event.requestContext.identity?.apiKeyId ?? "public";
  return `ingest#${caller}#${key}`;
}

export const createHandler = (deps: Deps) => (event: APIGatewayProxyEvent) =>
  respond(event, async () => {
    const key = requiredIdempotencyKey(event);
    const body = jsonBody(event, ingestBody);
    if (body.users.length > MAX_USERS) {
      throw new HttpError("payload_too_large", TOO_MANY_USERS);
    }
    const now = deps.now();
    const nowSeconds = Math.floor(now.getTime() / 1000);
    const { users, dropped } = cleanUsers(body.users);
    // NFC can triple the bytes of a string, and a DynamoDB item is limited to 400 KB.
    if (Buffer.byteLength(JSON.stringify(users)) > MAX_BODY_BYTES) {
      throw new HttpError(
        "payload_too_large",
        `users must be at most ${MAX_BODY_BYTES} bytes in Unicode's composed form.`,
      );
    }
    const { requestId } = event.requestContext;
    const response: v.InferOutput<typeof ingestAnswer> = {
      requestId,
      status: "created",
      accepted: users.length,
      dropped,
    };
    const record: IngestRecord = {
      request_id: scopedKey(event, key),
      payload_hash: fingerprint(body),
      created_at: now.toISOString(),
      expires_at: nowSeconds + deps.keptSeconds,
      users,
      response: JSON.stringify(response),
    };
    const stored = await deps.store(record, nowSeconds);
    if (stored && stored.payload_hash !== record.payload_hash) {
      throw new HttpError("idempotency_key_reused", details.keyReused);
    }
    console.info({ event: stored ? "ingest_replayed" : "ingest_stored", accepted: users.length });
    return stored
      ? {
          status: 200,
          body: JSON.parse(stored.response),
          headers: { "Idempotent-Replayed": "true" },
        }
      : { status: 200, body: response };
  });

/** Lambda entry point of `POST /ingest`: the same request is stored once, however often it is sent. */
export const handler = lambdaHandler(() => createHandler(awsDeps()));

function awsDeps(): Deps {
  const TableName = requireEnv("INGEST_TABLE");
  const keptSeconds = Number(requireEnv("IDEMPOTENCY_HOURS")) * 3600;
  const dynamo = documentClient();
  return {
    keptSeconds,
    now: () => new Date(),
    store: async (Item, nowSeconds) => {
      const put = new PutCommand({
        TableName,
        Item,
        // DynamoDB deletes expired items late, so the condition checks the time itself.
        ConditionExpression: "attribute_not_exists(request_id) OR expires_at <= :now",
        ExpressionAttributeValues: { ":now": nowSeconds },
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      });
      try {
        await dynamo.send(put);
        return undefined;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException && error.Item) {
          return unmarshall(error.Item) as IngestRecord;
        }
        throw error;
      }
    },
  };
}
