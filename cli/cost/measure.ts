import { join } from "node:path";
import { recordProgram } from "local-aws/testing/simulation";
import type { Measured } from "./bill.ts";
import { fixedUsage } from "./fixed.ts";
import { startMeteredStack } from "./metered-stack.ts";
import { averageOf, type End, measureOrders } from "./orders.ts";
import { memoryOf, passThroughOf, type RecordedProgram, tracedSharesOf } from "./program.ts";
import type { Subject } from "./subjects.ts";
import { Usage } from "./usage.ts";

const ROOT = join(import.meta.dirname, "..", "..");
// They act on nothing that is counted, and their evaluation would be most of what there is to do.
const LEFT_OUT = /^aws:cloudwatch\/(metricAlarm|compositeAlarm|dashboard):/;
const HOUR_MS = 3_600_000;
const HOURS_PER_MONTH = 730;

/** What was measured, and what one order of each end uses. */
export type MeasuredOrders = Measured & { byEnd: Record<End, Usage> };

const programs = new Map<string, Promise<RecordedProgram>>();

/** The program with these settings, which is recorded once. */
function recorded(stack: string, settings: Record<string, string>): Promise<RecordedProgram> {
  const key = JSON.stringify([stack, settings]);
  const program = programs.get(key) ?? recordProgram(ROOT, settings, stack);
  programs.set(key, program);
  return program;
}

/** Runs orders through the local stack, and lets an hour pass without any. */
export async function measure(subject: Subject): Promise<MeasuredOrders> {
  const { settings, stack: name } = subject;
  const program = await recorded(name, settings);
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
      tracedShares: tracedSharesOf(program),
    };
  } finally {
    await stack.stop();
  }
}
