import * as v from "valibot";
import { closedObject } from "../shared/closed-object.ts";
import { PLAIN_ID } from "../shared/contract.ts";

/** A customer's id. */
export const customerId = v.pipe(
  v.string("must be a string"),
  v.regex(PLAIN_ID.pattern, PLAIN_ID.rule),
  v.description("A customer's id, chosen by the client."),
  v.examples(["demo-123"]),
);

/** Detail for an unknown customer. */
export const NO_CUSTOMER = "There is no customer with this id.";

const time = v.pipe(v.string(), v.isoTimestamp(), v.examples(["2026-11-21T09:30:00.000Z"]));

/** Body of `PUT /customers/{id}`; it may be left out, as it can only repeat the id. */
export const putCustomerBody = v.pipe(
  closedObject({ id: v.optional(customerId) }),
  v.examples([{ id: "demo-123" }]),
);

/** Response of `PUT /customers/{id}`. */
export const putCustomerAnswer = v.object({
  id: customerId,
  created: v.pipe(v.boolean(), v.description("Whether this request created the customer.")),
});

/** Response of `GET /customers/{id}` for a customer that exists. */
export const getCustomerAnswer = v.object({
  id: customerId,
  exists: v.literal(true),
  createdAt: v.pipe(time, v.description("When the customer was created.")),
  registeredAt: v.optional(
    v.pipe(time, v.description("When the workflow registered the customer; absent until then.")),
  ),
});

/** Response of `DELETE /customers/{id}`. */
export const deleteCustomerAnswer = v.object({
  id: customerId,
  deleted: v.pipe(v.boolean(), v.description("Whether there was a customer to delete.")),
});

/** Input of the customers workflow; members other than the ID are ignored. */
export const customerRun = v.object({ id: customerId });

/** A stored customer. */
export interface Customer {
  id: string;
  createdAt: string;
  /** Set once the workflow has registered the customer. */
  registeredAt?: string;
}
