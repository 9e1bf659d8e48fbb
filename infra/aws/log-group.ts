import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { WatchedComponent } from "./watched.ts";

/** Who writes to a log group: the first part of its name. */
export type LogWriter = "/aws/apigateway" | "/aws/lambda" | "/aws/vendedlogs/states";

/**
 * A log group that the stack owns, so that it has a retention and goes with the stack. Its name says what it is about,
 * e.g. `/aws/lambda/commerce-backend/dev/customers-put`.
 */
export function logGroup(
  name: string,
  writer: LogWriter,
  retentionInDays: number,
  parent: WatchedComponent,
): aws.cloudwatch.LogGroup {
  const logs = new aws.cloudwatch.LogGroup(
    `${name}-logs`,
    { name: `${writer}/${pulumi.getProject()}/${pulumi.getStack()}/${name}`, retentionInDays },
    { parent },
  );
  parent.watched.logGroups[name] = logs;
  return logs;
}
