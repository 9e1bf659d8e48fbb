import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type Access, sendAccess, streamAccess } from "./access.ts";
import type { Component } from "./component.ts";
import { keyGrants } from "./encryption.ts";
import { deadLetterQueue } from "./queue.ts";
import { serviceRole } from "./role.ts";
import { afterRolePropagation } from "./role-propagation.ts";
import { STREAM_READING } from "./stream-reading.ts";

/** The source and the target of a pipe. */
export interface StreamPipeArgs {
  description: string;
  table: aws.dynamodb.Table;
  /** Event pattern for the stream's records; records that do not match are skipped. */
  filter: object;
  target: pulumi.Input<string>;
  targetParameters: aws.types.input.pipes.PipeTargetParameters;
  /** The permissions to write to the target. */
  targetAccess: Access;
}

/** Sends a table's changes to a target. Those that cannot be delivered within six hours go to a dead-letter queue. */
export function streamPipe(name: string, args: StreamPipeArgs, parent: Component): aws.pipes.Pipe {
  const { description, table, filter, target, targetParameters, targetAccess } = args;
  const deadLetters = deadLetterQueue(name, {}, parent);
  const grants = [
    ...[streamAccess(table), targetAccess, sendAccess(deadLetters)].flatMap((it) => it.grants),
    ...keyGrants(parent.foundation.key),
  ];
  const role = serviceRole(name, { service: "pipes.amazonaws.com", grants }, parent);
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
          deadLetterConfig: { arn: deadLetters.arn },
        },
      },
      target,
      targetParameters,
    },
    { parent, dependsOn: role.policy, hooks: afterRolePropagation() },
  );
  parent.inventory.add("pipes", name, pipe);
  return pipe;
}
