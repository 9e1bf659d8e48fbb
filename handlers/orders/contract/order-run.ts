import * as v from "valibot";
import { orderId } from "./fields.ts";

/** Input of the order workflow. */
export const orderRun = v.object({
  orderId,
  createdAt: v.pipe(v.string(), v.isoTimestamp("must be a time such as 2026-11-21T09:30:00.000Z")),
});
