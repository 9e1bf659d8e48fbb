import * as aws from "@pulumi/aws";
import type { HandlerFunction } from "./lambda.ts";
import type { Grant } from "./role.ts";
import type { WatchedComponent } from "./watched.ts";

const SIX_HOURS = 6 * 60 * 60;

/** What a function must be allowed to read a table's stream, and to put down what it cannot read. */
export function streamReaderGrants(table: aws.dynamodb.Table, failures: aws.sqs.Queue): Grant[] {
  return [
    {
      actions: [
        "dynamodb:DescribeStream",
        "dynamodb:GetRecords",
        "dynamodb:GetShardIterator",
        "dynamodb:ListStreams",
      ],
      resources: [table.streamArn],
    },
    { actions: ["sqs:SendMessage"], resources: [failures.arn] },
  ];
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
      // What was written while the mapping was being created must not be missed.
      startingPosition: "TRIM_HORIZON",
      batchSize: 10,
      functionResponseTypes: ["ReportBatchItemFailures"],
      bisectBatchOnFunctionError: true,
      maximumRetryAttempts: 100,
      maximumRecordAgeInSeconds: SIX_HOURS,
      destinationConfig: { onFailure: { destinationArn: failures.arn } },
      filterCriteria: { filters: [{ pattern: JSON.stringify(filter) }] },
    },
    { parent },
  );
  parent.watched.streamReaders[name] = reader.lambda;
}
