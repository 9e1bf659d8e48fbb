import * as v from "valibot";
import { IDEMPOTENCY_KEY } from "../../shared/contract.ts";
import { orderStatuses } from "./status.ts";

/** Query parameter `status` of `GET /orders`. */
export const statusParameter = v.pipe(
  v.picklist(orderStatuses, `must be one of ${orderStatuses.join(", ")}`),
  v.description("Only orders with this status."),
  v.examples(["PENDING"]),
);

/** Query parameter `limit` of `GET /orders`. */
export const limitParameter = v.pipe(
  v.string(),
  v.regex(/^([1-9][0-9]?|100)$/, "must be a whole number from 1 to 100"),
  v.transform(Number),
  v.number(),
  v.integer(),
  v.minValue(1),
  v.maxValue(100),
  v.description("Maximum number of entries on the page; 50 by default."),
  v.examples([50]),
);

/** Query parameter `nextToken` of `GET /orders`. */
export const nextTokenParameter = v.pipe(
  v.string(),
  v.description("nextToken of an earlier response for the same status."),
  v.examples(["eyJzIjoiUEVORElORyJ9.c2lnbmF0dXJl"]),
);

/** Header of the keyed `POST /orders` and `POST /orders/direct`. */
export const orderKeyParameter = v.pipe(
  v.string(),
  v.regex(IDEMPOTENCY_KEY),
  v.description("The same key with the same body is the same order, for 24 hours."),
  v.examples(["7f9c2ba4-e88f-11ee-a951-0242ac120002"]),
);

const UUID = /^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$/;

/** Header of the open `POST /orders`. */
export const openOrderKeyParameter = v.pipe(
  v.string(),
  v.regex(UUID),
  v.description(
    "A UUID. The same key with the same body is the same order, for 24 hours. With a different body, the order that " +
      "comes later ends as FAILED with the reason idempotency_key_reused.",
  ),
  v.examples(["7f9c2ba4-e88f-11ee-a951-0242ac120002"]),
);
