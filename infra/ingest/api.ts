import type * as aws from "@pulumi/aws";
import {
  INVALID_PAGE,
  idempotencyKeySchema,
  ingestAnswer,
  ingestBody,
  pageParameter,
  TOO_MANY_USERS,
  usersAnswer,
} from "../../handlers/ingest/contract.ts";
import { details } from "../../handlers/shared/contract.ts";
import { tableAccess } from "../aws/access.ts";
import type { FunctionArgs } from "../aws/function.ts";
import type { ApiDescription } from "../aws/openapi/api-description.ts";
import type { Settings } from "../settings.ts";

/** What the functions of the operations work on. */
export interface IngestFunctionsArgs {
  requests: aws.dynamodb.Table;
  settings: Pick<Settings, "ingest">;
}

/** The function of each operation. */
export function ingestFunctions({ requests, settings }: IngestFunctionsArgs) {
  return {
    getUsers: {
      entry: "handlers/ingest/get-users.ts",
      description: "Serves the messy user list",
    },
    ingest: {
      entry: "handlers/ingest/ingest.ts",
      description: "Stores each request once",
      uses: [tableAccess(requests, ["PutItem"], "INGEST_TABLE")],
      environment: { IDEMPOTENCY_HOURS: String(settings.ingest.idempotencyHours) },
    },
  } satisfies Record<string, FunctionArgs>;
}

const answer = {
  requestId: "5f1c7a52-0c0e-4b5e-9d3f-6a1b2c3d4e5f",
  status: "created",
  accepted: 1,
  dropped: {},
};

/** The API that serves the messy user list, and stores users without ever storing a request twice. */
export function ingestApi(keyed: boolean): ApiDescription {
  return {
    name: "ingest",
    title: "Ingest API",
    description: "Stores users. A request is stored once, no matter how often it is sent.",
    version: "1.0.0",
    keyed,
    tags: { Ingest: "Storing users.", Upstream: "The source that the ingest client pulls from." },
    schemas: { IngestBody: ingestBody, IngestAnswer: ingestAnswer, UsersAnswer: usersAnswer },
    operations: [
      {
        id: "getUsers",
        method: "get",
        path: "/users",
        tag: "Upstream",
        summary: "List users",
        description:
          "A deliberately messy list of 500 users, always the same, as a whole or in pages.",
        otherParameters: [{ name: "page", in: "query", required: false, schema: pageParameter }],
        answers: {
          200: {
            description: "The users.",
            schema: "UsersAnswer",
            example: { users: [{ id: " 7 ", name: "  Ada Lovelace", active: "TRUE" }], count: 500 },
          },
        },
        problems: { invalid_parameter: INVALID_PAGE },
      },
      {
        id: "ingest",
        method: "post",
        path: "/ingest",
        tag: "Ingest",
        summary: "Store users",
        description:
          "Stores the users of one request. A repeated request gets the stored answer, with the header " +
          "`Idempotent-Replayed: true`. Invalid records are dropped and counted.",
        otherParameters: [
          { name: "Idempotency-Key", in: "header", required: true, schema: idempotencyKeySchema },
        ],
        body: {
          schema: "IngestBody",
          description: "At most 10,000 users in 256 KiB.",
          required: true,
          example: {
            users: [{ id: 7, name: "Ada Lovelace", email: "ada@example.com", active: true }],
          },
        },
        answers: {
          200: {
            description: "The request is stored.",
            schema: "IngestAnswer",
            example: answer,
          },
        },
        problems: {
          invalid_json: details.notJson,
          validation_failed: "1 field is invalid",
          idempotency_key_missing: details.keyMissing,
          idempotency_key_invalid:
            "Idempotency-Key must be one key of 1 to 255 visible ASCII characters without comma, quote, or backslash.",
          payload_too_large: TOO_MANY_USERS,
          unsupported_media_type: details.mediaType,
          idempotency_key_reused: details.keyReused,
        },
      },
    ],
  };
}
