import { join } from "node:path";
import { recordProgram } from "local-aws/testing/simulation";
import type { Measured } from "./bill.ts";
import { fixedUsage } from "./fixed.ts";
import { startMeteredStack } from "./metered-stack.ts";
import { averageOf, measureOrders } from "./orders.ts";
import { memoryOf, passThroughOf } from "./program.ts";
import type { Subject } from "./subjects.ts";
import { Usage } from "./usage.ts";

const ROOT = join(import.meta.dirname, "..", "..");
// They act on nothing that is counted, and their evaluation would be most of what there is to do.
const LEFT_OUT = /^aws:cloudwatch\/(metricAlarm|compositeAlarm|dashboard):/;
const HOUR_MS = 3_600_000;
const HOURS_PER_MONTH = 730;

/** Runs orders through the local stack, and lets an hour pass without any. */
export async function measure(
  subject: Subject,
): Promise<Measured & { byEnd: Record<string, Usage> }> {
  const program = await recordProgram(ROOT, subject.settings, subject.stack);
  const resources = program.resources.filter(({ type }) => !LEFT_OUT.test(type));
  const stack = await startMeteredStack({ ...program, resources });
  try {
    const byEnd = await measureOrders(stack, subject);
    await stack.wait(HOUR_MS);
    const idle = await stack.take();
    return {
      byEnd,
      perOrder: averageOf(byEnd, subject.mix),
      fixed: Usage.sum([
        [idle, HOURS_PER_MONTH],
        [fixedUsage(program, stack.customMetrics.size), 1],
      ]),
      memory: memoryOf(program),
      passThrough: passThroughOf(program),
    };
  } finally {
    await stack.stop();
  }
}
