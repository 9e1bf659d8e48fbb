import type { StreamRecord } from "local-aws/testing/simulation";
import type { World } from "./world.ts";

const BATCH = 10;

/**
 * Delivers everything once more: each stored order to the queue, under new message ids, and the whole stream of the
 * orders' table to what announces them.
 */
export async function sendAllAgain(world: World, history: readonly StreamRecord[]): Promise<void> {
  const QueueUrl = world.output("ordersQueueUrl");
  const inserted = history.filter(
    ({ eventName, dynamodb }) => eventName === "INSERT" && isOrder(dynamodb.Keys),
  );
  for (const { dynamodb } of inserted) {
    const { orderId, createdAt } = (dynamodb.NewImage ?? {}) as Record<string, { S?: string }>;
    const MessageBody = JSON.stringify({ orderId: orderId?.S, createdAt: createdAt?.S });
    await world.call("sqs", "SendMessage", { QueueUrl, MessageBody });
  }
  const names = world.program.outputs["functionNames"]?.value as Record<string, string> | undefined;
  const FunctionName = names?.["orderEvents"];
  const changes = history.filter(
    ({ eventName, dynamodb }) => eventName !== "REMOVE" && isOrder(dynamodb.Keys),
  );
  for (let at = 0; at < changes.length; at += BATCH) {
    const Payload = JSON.stringify({ Records: changes.slice(at, at + BATCH) });
    await world.call("lambda", "Invoke", { FunctionName, InvocationType: "Event", Payload });
  }
}

/** Whether it is the item of an order, and none beside it. */
function isOrder(keys: object): boolean {
  const { SK } = keys as Record<string, { S?: string }>;
  return SK?.S?.startsWith("ORDER#") === true;
}
