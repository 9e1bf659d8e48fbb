import * as v from "valibot";
import { IDEMPOTENCY_KEY } from "../shared/contract.ts";

/** Maximum number of users in a request. */
export const MAX_USERS = 10_000;

/** Detail for a request with more. */
export const TOO_MANY_USERS = `users must have at most ${MAX_USERS} records.`;

/** Users on one page of `GET /users`. */
export const PAGE_SIZE = 100;

/** A user as the upstream has it: any field may be missing or of an unexpected type. */
export const messyUserSchema = v.record(v.string(), v.unknown());

const MAX_PAGE = 999_999;
const PAGE_RULE = `must be a whole number from 1 to ${MAX_PAGE}`;

/** Detail for another page. */
export const INVALID_PAGE = `page ${PAGE_RULE}`;

/** Query parameter of `GET /users`. */
export const pageParameter = v.pipe(
  v.string(),
  v.regex(/^[1-9]\d{0,5}$/, PAGE_RULE),
  v.transform(Number),
  v.number(),
  v.integer(),
  v.minValue(1),
  v.maxValue(MAX_PAGE),
  v.description(`A page of ${PAGE_SIZE} users; the whole list by default.`),
  v.examples([1]),
);

/** Header of `POST /ingest`. */
export const idempotencyKeySchema = v.pipe(
  v.string(),
  v.regex(IDEMPOTENCY_KEY),
  v.description("The same key with the same body is the same request, for 24 hours."),
  v.examples(["7f9c2ba4-e88f-11ee-a951-0242ac120002"]),
);

/** Body of `POST /ingest`. Records are validated one by one. */
export const ingestBody = v.pipe(
  v.strictObject({
    users: v.pipe(
      v.array(v.unknown(), "must be an array"),
      v.description("Users; a record that is not valid is dropped and counted."),
    ),
  }),
  v.examples([
    { users: [{ id: 7, name: "Ada Lovelace", email: "ada@example.com", active: true }] },
  ]),
);

/** Why a record was dropped. */
export const dropReasons = [
  "not_a_record",
  "invalid_id",
  "invalid_name",
  "invalid_email",
  "invalid_active",
] as const;

/** Why a record was dropped. */
export type DropReason = (typeof dropReasons)[number];

const dropped = v.object(
  Object.fromEntries(dropReasons.map((reason) => [reason, v.optional(v.number())])) as Record<
    DropReason,
    v.OptionalSchema<v.NumberSchema<undefined>, undefined>
  >,
);

/** Answer of `POST /ingest`. */
export const ingestAnswer = v.object({
  requestId: v.pipe(v.string(), v.description("Id of the request that was stored.")),
  status: v.literal("created"),
  accepted: v.pipe(v.number(), v.description("Users that were stored.")),
  dropped: v.pipe(dropped, v.description("Users that were not, counted by reason.")),
});

/** Answer of `GET /users`. */
export const usersAnswer = v.object({
  users: v.array(messyUserSchema),
  count: v.pipe(v.number(), v.description("Users in all.")),
  page: v.optional(v.number()),
  pages: v.optional(v.number()),
});

/** A user after cleaning. */
export interface User {
  id: number;
  name: string;
  email: string;
  active: boolean;
}

/** What is stored of one request. Its name is the contract's: `request_id` is the table's key. */
export interface IngestRecord {
  /** Who sent it and under which key. */
  request_id: string;
  payload_hash: string;
  created_at: string;
  /** Epoch seconds after which the key may be used again. */
  expires_at: number;
  users: User[];
  /** The response as text: a map in DynamoDB does not keep the order of its members. */
  response: string;
}
