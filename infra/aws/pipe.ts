import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { deadLetterQueue } from "./queue.ts";
import { type Grant, serviceRole } from "./role.ts";
import { STREAM_READING, streamReading } from "./stream-reader.ts";
import type { WatchedComponent } from "./watched.ts";

/** What a pipe carries, and where to. */
export interface StreamPipeArgs {
  description: string;
  table: aws.dynamodb.Table;
  /** Event pattern for the stream's records; the others are passed over. */
  filter: object;
  target: pulumi.Input<string>;
  targetParameters: aws.types.input.pipes.PipeTargetParameters;
  /** What it takes to write to the target. */
  targetGrant: Grant;
}

/** Carries the changes of a table on. What cannot be delivered in time is put down in a dead-letter queue. */
export function streamPipe(
  name: string,
  args: StreamPipeArgs,
  parent: WatchedComponent,
): aws.pipes.Pipe {
  const { description, table, filter, target, targetParameters, targetGrant } = args;
  const failures = deadLetterQueue(name, parent);
  const grants: Grant[] = [
    streamReading(table),
    targetGrant,
    { actions: ["sqs:SendMessage"], resources: [failures.arn] },
  ];
  const role = serviceRole(name, "pipes.amazonaws.com", grants, { parent });
  const pipe = new aws.pipes.Pipe(
    name,
    {
      description,
      roleArn: role.arn,
      source: table.streamArn,
      sourceParameters: {
        filterCriteria: { filters: [{ pattern: JSON.stringify(filter) }] },
        dynamodbStreamParameters: {
          ...STREAM_READING,
          onPartialBatchItemFailure: "AUTOMATIC_BISECT",
          deadLetterConfig: { arn: failures.arn },
        },
      },
      target,
      targetParameters,
    },
    { parent, dependsOn: role.policy },
  );
  parent.watched.pipes[name] = pipe;
  return pipe;
}
