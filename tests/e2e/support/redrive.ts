import { setTimeout as realWait } from "node:timers/promises";
import { clientsOf } from "../../../cli/dlq/clients.ts";
import { deadLetterQueues } from "../../../cli/dlq/dead-letter-queues.ts";
import { redriveQueue, type Tally } from "../../../cli/dlq/redrive-queue.ts";
import type { TestStack } from "./stack.ts";

/** Sends everything in one of the stack's dead-letter queues on, as `npm run dlq -- redrive` does. */
export async function redrive(stack: TestStack, name: string): Promise<Tally> {
  const clients = clientsOf(stack.aws);
  const [queue] = await deadLetterQueues(
    clients.sqs,
    {
      name: "test",
      outputs: {},
      allOutputs: { ...stack.outputs },
      secrets: new Set(),
      aws: stack.aws,
    },
    name,
  );
  if (!queue) throw new Error(`the stack has no dead-letter queue ${name}`);
  const pause = () => realWait(10);
  const watch = { onPlan: () => {}, onProgress: () => {}, now: () => stack.clock.now(), pause };
  return stack.during(redriveQueue(clients, queue, {}, watch));
}

/** How many messages wait in one of the stack's dead-letter queues. */
export function waitingIn(stack: TestStack, name: string): number {
  const urls = stack.outputs["deadLetterQueueUrls"] as Record<string, string>;
  const url = urls[name] ?? "";
  return stack.services.sqs.stats(url.slice(url.lastIndexOf("/") + 1))?.visible ?? 0;
}
