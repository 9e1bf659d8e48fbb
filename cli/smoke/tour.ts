import type { Narrator } from "../demo/narrator.ts";
import type { Target } from "../target.ts";
import { smokeAlarms } from "./alarms.ts";
import { smokeCustomers } from "./customers.ts";
import { smokeIngest } from "./ingest.ts";
import { smokeOrders } from "./orders.ts";

/**
 * Walks through a deployed stack.
 *
 * @throws Error that says what was not as expected, at the first such step.
 */
export async function smokeTour(target: Target, narrator: Narrator): Promise<void> {
  await smokeCustomers(target, narrator);
  await smokeOrders(target, narrator);
  await smokeIngest(target, narrator);
  await smokeAlarms(target, narrator);
}
