import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { call } from "./api.ts";
import { mugs, Shop } from "./shop.ts";
import { breakFunctions, type TestStack } from "./stack.ts";

/** Goes through all that can happen to orders while everything works: each door, each way through the workflow. */
export async function orderTour(stack: TestStack): Promise<void> {
  const shop = new Shop(stack);
  await shop.api("PUT", "/products/mug", { stock: 100 });
  await shop.api("GET", "/products/mug");

  for (const door of ["rest", "http", "direct"] as const) {
    await shop.until(await shop.place(door, mugs()), "COMPLETED");
  }
  await shop.until(
    await shop.place("rest", mugs("mug", { paymentToken: "tok_outage" })),
    "COMPLETED",
  );
  await shop.until(
    await shop.place("rest", mugs("mug", { paymentToken: "tok_high_risk" })),
    "FAILED",
  );
  const handedOver = await handedOverOrder(stack);
  await shop.place("rest", mugs("mug", { paymentToken: "tok_refund_refused" }));
  await usedBy(stack, "order-workflow-recovery", "sqs:SendMessage");

  // A price that differs is refused, unless the key says that the order was placed before.
  await shop.api("PUT", "/products/cup", { stock: 1, price: 1, currency: "EUR" });
  await shop.send("rest", mugs("cup"), { "idempotency-key": "a-wrong-price" });

  await shop.api("GET", "/orders?limit=1");
  const http = stack.output("ordersHttpApiUrl");
  await call("GET", `${http}/orders/5f1c7a52-0c0e-4b5e-9d3f-6a1b2c3d4e5f`);
  await call("GET", `${http}/products`);
  await call("GET", `${http}/elsewhere`);

  const QueueUrl = stack.output("ordersQueueUrl");
  await new SQSClient(stack.aws).send(new SendMessageCommand({ QueueUrl, MessageBody: "poison" }));
  await usedBy(stack, "order-workflow-process-order", "sqs:SendMessage");

  const ended = await shop.place("http", mugs());
  await shop.until(ended, "COMPLETED");
  for (const late of [ended, handedOver]) await makeLate(shop, late);
  await reconcile(stack);
  for (const job of ["reconcile", "notifyCustomer"]) await failInBackground(stack, job);
  await usedBy(stack, "order-workflow-reconcile", "sqs:SendMessage");
  await usedBy(stack, "order-workflow-reconcile", "states:StartExecution");
  await usedBy(stack, "orders-notify", "sqs:SendMessage");
}

/** An order that the Standard workflow takes over from the Express one, and that it goes forward and back with. */
async function handedOverOrder(stack: TestStack): Promise<string> {
  const shop = new Shop(stack);
  const mend = breakFunctions(stack, /order-workflow-reserve-stock/);
  const orderId = await shop.place("rest", mugs("mug", { paymentToken: "tok_high_risk" }));
  await usedBy(stack, "order-workflow-role", "states:StartExecution");
  mend();
  await shop.until(orderId, "FAILED");
  return orderId;
}

/** An order that the pipe cannot bring to the queue, so that the reconciler has to. */
export async function stuckOrder(stack: TestStack): Promise<void> {
  const shop = new Shop(stack);
  await makeLate(shop, await shop.place("rest", mugs()));
  await reconcile(stack);
}

// Streams are read again for a day before what cannot be delivered is given up.
const DAY_MS = 86_400_000;

/** Waits until a role has done something, while time goes by. */
export function usedBy(stack: TestStack, role: string, action: string, on = /./): Promise<unknown> {
  const used = () =>
    stack.hops.some(
      ({ kind, from, to }) => kind === action && from.startsWith(role) && on.test(to),
    ) || undefined;
  return stack.until(`${action} by ${role}`, used, DAY_MS);
}

/** Makes an order one that was placed an hour ago and has not moved since. */
async function makeLate(shop: Shop, orderId: string): Promise<void> {
  const { [`ORDER#${orderId}`]: item } = await shop.items(orderId);
  const createdAt = new Date(Date.now() - 3_600_000).toISOString();
  await shop.put({ ...item, createdAt, status: "PENDING", statusShard: "PENDING#0" });
}

async function reconcile(stack: TestStack): Promise<void> {
  const { FunctionName, client } = functionOf(stack, "reconcile");
  await client.send(new InvokeCommand({ FunctionName, Payload: Buffer.from("{}") }));
}

/** Invokes a function as a service would, with something that it can only fail on. */
async function failInBackground(stack: TestStack, job: string): Promise<void> {
  const { FunctionName, client } = functionOf(stack, job);
  const Payload = Buffer.from('{"dryRun":5}');
  await client.send(new InvokeCommand({ FunctionName, InvocationType: "Event", Payload }));
}

function functionOf(stack: TestStack, job: string) {
  const names = stack.outputs["functionNames"] as Record<string, string>;
  return { FunctionName: names[job], client: new LambdaClient(stack.aws) };
}
