import * as aws from "@pulumi/aws";
import { sendAccess, streamAccess } from "./access.ts";
import type { Component } from "./component.ts";
import { type FunctionArgs, handlerFunction } from "./function.ts";
import type { HandlerFunction } from "./inventory.ts";
import { deadLetterQueue } from "./queue.ts";
import { STREAM_READING } from "./stream-reading.ts";

/** A function, and the table whose changes it handles. */
export interface StreamFunctionArgs extends FunctionArgs {
  table: aws.dynamodb.Table;
  /** Event patterns for the stream's records; records that match none are skipped. */
  filters: object[];
  /** How long records may wait for others, so that one invocation takes them together. @default 0 */
  windowSeconds?: number;
  /** Maximum number of records of one invocation. @default 10 */
  batchSize?: number;
}

/**
 * A function that handles a table's changes and reports its progress. A record that keeps failing is isolated and goes
 * to a dead-letter queue, so that it does not block the others.
 */
export function streamFunction(
  name: string,
  { table, filters, windowSeconds = 0, batchSize, ...args }: StreamFunctionArgs,
  parent: Component,
): HandlerFunction {
  const deadLetters = deadLetterQueue(name, {}, parent);
  const uses = [...(args.uses ?? []), streamAccess(table), sendAccess(deadLetters)];
  const reader = handlerFunction(name, { ...args, uses }, parent);
  new aws.lambda.EventSourceMapping(
    `${name}-source`,
    {
      eventSourceArn: table.streamArn,
      functionName: reader.target.arn,
      ...STREAM_READING,
      ...(batchSize !== undefined && { batchSize }),
      ...(windowSeconds > 0 && { maximumBatchingWindowInSeconds: windowSeconds }),
      functionResponseTypes: ["ReportBatchItemFailures"],
      bisectBatchOnFunctionError: true,
      destinationConfig: { onFailure: { destinationArn: deadLetters.arn } },
      filterCriteria: {
        filters: filters.map((filter) => ({ pattern: JSON.stringify(filter) })),
      },
    },
    { parent },
  );
  parent.inventory.add("streamFunctions", name, reader);
  return reader;
}
