import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** Logs Insights queries for operators, by name. */
export const savedQueries: Record<string, string> = {
  "errors, newest first": [
    "fields @timestamp, @log, level, message.event, message.orderId, message.correlationId, @message",
    'filter level = "ERROR" or (type = "platform.report" and record.status != "success")',
    "sort @timestamp desc",
    "limit 50",
  ].join("\n| "),
  "duration by function": [
    'filter type = "platform.report"',
    "stats count(*) as invocations, avg(record.metrics.durationMs) as average, " +
      "max(record.metrics.durationMs) as slowest, min(record.metrics.durationMs) as fastest by @log",
    "sort slowest desc",
  ].join("\n| "),
  "journey of one order": [
    "fields @timestamp, @log, message.event, message.status, @message",
    'filter message.orderId = "PUT THE ORDER ID HERE" or orderId = "PUT THE ORDER ID HERE"',
    "sort @timestamp asc",
    "limit 1000",
  ].join("\n| "),
};

// The limit of Logs Insights for one query.
const MAX_LOG_GROUPS = 50;

/** Saves the queries, for these log groups. */
export function saveQueries(
  name: string,
  { logGroups }: { logGroups: aws.cloudwatch.LogGroup[] },
  parent: pulumi.Resource,
): void {
  if (logGroups.length > MAX_LOG_GROUPS) {
    throw new Error(
      `${logGroups.length} log groups, but Logs Insights searches at most ${MAX_LOG_GROUPS} at once; save queries over fewer`,
    );
  }
  const folder = `${pulumi.getProject()}/${pulumi.getStack()}`;
  for (const [title, queryString] of Object.entries(savedQueries)) {
    new aws.cloudwatch.QueryDefinition(
      `${name}-${title.replaceAll(/\W+/g, "-")}`,
      {
        name: `${folder}/${title}`,
        logGroupNames: logGroups.map((group) => group.name),
        queryString,
      },
      { parent },
    );
  }
}
