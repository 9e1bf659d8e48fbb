import { randomUUID } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";
import { newOrder } from "../../handlers/orders/rules/order.ts";
import { orderItem } from "../../handlers/orders/store/order-item.ts";
import type { Target } from "../target.ts";
import { patiently } from "./executions.ts";
import { request, show } from "./http.ts";
import { expect, type Narrator } from "./narrator.ts";
import { runCommand } from "./run-command.ts";

/**
 * A message that cannot be processed is set aside with its reason, and redriven once the fault is mended.
 *
 * @param flags The options that name the stack, for the commands.
 */
export async function failuresTour(
  target: Target,
  narrator: Narrator,
  flags: readonly string[],
): Promise<void> {
  const {
    ordersQueueUrl: QueueUrl,
    ordersDlqUrl,
    ordersApiUrl,
    ordersApiKey: key = "",
  } = target.outputs;
  const sqs = new SQSClient(target.aws);
  const orderId = randomUUID();
  const createdAt = new Date().toISOString();
  const command = (name: string, ...words: string[]) =>
    ["npm", "run", name, "--", ...words, ...flags].join(" ");

  narrator.chapter("A message that cannot be processed");
  await narrator.step(
    "A message names an order that is not there: it is set aside at once, with the reason.",
    async () => {
      const before = await waiting(sqs, ordersDlqUrl);
      const MessageBody = JSON.stringify({ orderId, createdAt });
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
      await patiently("the message in the dead-letter queue", async () =>
        (await waiting(sqs, ordersDlqUrl)) > before ? true : undefined,
      );
      return runCommand("dlq", "list", "--queue", "orders", ...flags);
    },
    (lines) => {
      expect(lines.join("\n").includes("unknown_order"), lines.join("\n"));
      return lines;
    },
    command("dlq", "list", "--queue", "orders"),
  );
  await restoreOrder(target, orderId, createdAt);
  await narrator.step(
    "Once the order is restored, the message is sent back, and deleted where it was.",
    () => runCommand("dlq", "redrive", "--queue", "orders", ...flags),
    (lines) => lines,
    command("dlq", "redrive", "--queue", "orders"),
  );
  await narrator.step(
    "It is processed now.",
    () =>
      patiently("the end of the order", async () => {
        const answer = await request("GET", `${ordersApiUrl}/orders/${orderId}`, { key });
        return answer.body["status"] === "COMPLETED" ? answer : undefined;
      }),
    show,
    `curl -H "x-api-key: $KEY" $URL/orders/${orderId}`,
  );
}

async function waiting(sqs: SQSClient, QueueUrl: string | undefined): Promise<number> {
  const AttributeNames = ["ApproximateNumberOfMessages" as const];
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames }),
  );
  return Number(Attributes?.["ApproximateNumberOfMessages"]);
}

/** Puts an order into the table as one that has just been placed, as from a backup. */
async function restoreOrder({ aws, outputs }: Target, orderId: string, createdAt: string) {
  const table = DynamoDBDocumentClient.from(new DynamoDBClient(aws));
  const origin = { orderId, createdAt, door: "http", correlationId: orderId } as const;
  const { order } = newOrder({ amount: 5, currency: "EUR" }, origin);
  if (!order) throw new Error("an amount of 5 EUR is no order");
  const Item = orderItem(order, 1);
  await table.send(new PutCommand({ TableName: outputs["ordersTableName"], Item }));
}
