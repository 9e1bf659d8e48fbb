import type { RecordedProgram, RecordedResource } from "./program.ts";
import { Usage } from "./usage.ts";

const MONTH_SECONDS = 730 * 3600;
/** Lambda keeps so many long polls of 20 s open on a queue that nothing arrives in. */
const POLLERS = 5;
const POLL_SECONDS = 20;
/** A pipe reads each shard of a stream so often in a second. */
const READS_PER_SECOND = 4;

/** What the program's resources cost because they are there, and what waits for work. */
export function fixedUsage({ resources }: RecordedProgram, customMetrics: number): Usage {
  const usage = new Usage();
  for (const { name, type, inputs } of resources) {
    if (type === "aws:cloudwatch/metricAlarm:MetricAlarm") {
      usage.add("alarms", "cloudwatch.alarm", alarmMetrics(inputs));
    } else if (type === "aws:cloudwatch/compositeAlarm:CompositeAlarm") {
      usage.add("alarms", "cloudwatch.compositeAlarm");
    } else if (type === "aws:cloudwatch/dashboard:Dashboard") {
      usage.add("dashboard", "cloudwatch.dashboard");
    } else if (type === "aws:kms/key:Key") usage.add("keys", "kms.key");
    else if (type === "aws:lambda/eventSourceMapping:EventSourceMapping") {
      if (!String(inputs["eventSourceArn"]).includes(":sqs:")) continue;
      usage.add(`${name}: empty receives`, "sqs.request", (POLLERS * MONTH_SECONDS) / POLL_SECONDS);
    } else if (type === "aws:pipes/pipe:Pipe") {
      usage.add(`${name}: stream reads`, "dynamodb.streamRead", READS_PER_SECOND * MONTH_SECONDS);
    }
  }
  usage.add("custom metrics", "cloudwatch.metric", customMetrics);
  return usage;
}

/** An alarm on an expression is billed for each metric in it. */
function alarmMetrics(inputs: RecordedResource["inputs"]): number {
  const queries = (inputs["metricQueries"] ?? []) as { metric?: unknown }[];
  return Math.max(1, queries.filter(({ metric }) => metric).length);
}
