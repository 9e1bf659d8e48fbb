import * as aws from "@pulumi/aws";
import type { HandlerFunction } from "./function.ts";
import type { Grant } from "./role.ts";
import type { WatchedComponent } from "./watched.ts";

const SIX_HOURS = 6 * 60 * 60;

/** How whatever reads a table's stream goes about it. */
export const STREAM_READING = {
  // What was written while the reader was being created must not be missed.
  startingPosition: "TRIM_HORIZON",
  batchSize: 10,
  // One record that always fails must not hold up its shard for a day.
  maximumRetryAttempts: 100,
  maximumRecordAgeInSeconds: SIX_HOURS,
} as const;

/** What it takes to read a table's stream. */
export function streamReading(table: aws.dynamodb.Table): Grant {
  return {
    actions: [
      "dynamodb:DescribeStream",
      "dynamodb:GetRecords",
      "dynamodb:GetShardIterator",
      "dynamodb:ListStreams",
    ],
    resources: [table.streamArn],
  };
}

/** What a function must be allowed to read a table's stream, and to put down what it cannot read. */
export function streamReaderGrants(table: aws.dynamodb.Table, failures: aws.sqs.Queue): Grant[] {
  return [streamReading(table), { actions: ["sqs:SendMessage"], resources: [failures.arn] }];
}

/**
 * Feeds a table's changes to a function that reports how far it came. A record that fails again and again is singled out
 * and put down in a queue, so that it does not hold up the others.
 */
export function streamReader(
  name: string,
  args: {
    table: aws.dynamodb.Table;
    reader: HandlerFunction;
    failures: aws.sqs.Queue;
    /** Event pattern for the stream's records; the others are passed over. */
    filter: object;
  },
  parent: WatchedComponent,
): void {
  const { table, reader, failures, filter } = args;
  new aws.lambda.EventSourceMapping(
    `${name}-source`,
    {
      eventSourceArn: table.streamArn,
      functionName: reader.lambda.arn,
      ...STREAM_READING,
      functionResponseTypes: ["ReportBatchItemFailures"],
      bisectBatchOnFunctionError: true,
      destinationConfig: { onFailure: { destinationArn: failures.arn } },
      filterCriteria: { filters: [{ pattern: JSON.stringify(filter) }] },
    },
    { parent },
  );
  parent.watched.streamReaders[name] = reader.lambda;
}
