import type * as aws from "@pulumi/aws";
import { sendAccess } from "../aws/access.ts";
import type { Component } from "../aws/component.ts";
import { streamPipe } from "../aws/pipe.ts";
import { type WorkQueue, workQueue } from "../aws/queue.ts";

/** Timeout of the function that handles the queue. */
export const CONSUMER_TIMEOUT_SECONDS = 30;

/** The queue that every order goes through, and the pipe that brings stored orders to it. */
export function orderQueue(
  name: string,
  { orders }: { orders: aws.dynamodb.Table },
  parent: Component,
): WorkQueue {
  const work = workQueue(name, { consumerTimeoutSeconds: CONSUMER_TIMEOUT_SECONDS }, parent);
  const { queue } = work;
  streamPipe(
    `${name}-placed`,
    {
      description: "Sends each order that the keyed API has stored to the queue",
      table: orders,
      filter: {
        eventName: ["INSERT"],
        dynamodb: { NewImage: { door: { S: ["rest"] }, status: { S: ["PENDING"] } } },
      },
      target: queue.arn,
      targetParameters: {
        inputTemplate:
          '{"orderId": "<$.dynamodb.NewImage.orderId.S>", "createdAt": "<$.dynamodb.NewImage.createdAt.S>"}',
      },
      targetAccess: sendAccess(queue),
    },
    parent,
  );
  return work;
}
