import { randomUUID } from "node:crypto";
import type { ConsoleContext, ConsoleProgram, PlayResult } from "local-aws/console";
import type { Target } from "../target.ts";

const OUTAGE_MS = 60_000;

/** Buttons that show the order pipeline at work. */
export function orderPlays(
  target: Target,
  { beginOutage }: ConsoleContext,
): NonNullable<ConsoleProgram["plays"]> {
  const play = (token: string, says: string) => async (): Promise<PlayResult> => ({
    says,
    journey: await placeOrder(target, token),
  });
  return [
    {
      name: "complete",
      label: "Place an order",
      explains: "An order that is paid and completed",
      run: play(
        "tok_visa",
        "The order is accepted. It is paid, confirmed, and told to the customer.",
      ),
    },
    {
      name: "decline",
      label: "…that is declined",
      explains: "The payment provider declines the card; the stock is released",
      run: play(
        "tok_declined",
        "The order is accepted. Its card will be declined, so it ends as FAILED.",
      ),
    },
    {
      name: "refund",
      label: "…that is refunded",
      explains: "The payment is captured, looks risky, and is refunded",
      run: play(
        "tok_high_risk",
        "The order is accepted. Its payment looks risky, so it is refunded.",
      ),
    },
    {
      name: "retry",
      label: "…that needs retries",
      explains: "The payment provider fails twice before it captures the payment",
      run: play("tok_outage", "The order is accepted. Its payment fails twice and is tried again."),
    },
    {
      name: "outage",
      label: "Fail payments for a minute",
      explains: "Nothing that is charged or refunded reaches the payment provider for a minute",
      async run() {
        const until = new Date(Date.now() + OUTAGE_MS).toISOString().slice(11, 19);
        const why = `the payment provider is out of service until ${until} UTC, as the console asked`;
        beginOutage(paymentsArn(target), OUTAGE_MS, why);
        const journey = await placeOrder(target, "tok_visa");
        return {
          says: `Payments fail until ${until} UTC. An order was placed to show it.`,
          journey,
        };
      },
    },
  ];
}

/** Places an order at the keyed API, as a customer's browser would have it placed; answers its id. */
async function placeOrder({ outputs }: Target, paymentToken: string): Promise<string> {
  const { ordersApiUrl, ordersApiKey } = outputs;
  const response = await fetch(`${ordersApiUrl}/orders`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-api-key": String(ordersApiKey),
      "idempotency-key": randomUUID(),
    },
    body: JSON.stringify({
      customerId: "ada",
      customerEmail: "ada@example.com",
      items: [
        { productId: "mug", quantity: 2, price: 29.99 },
        { productId: "poster", quantity: 1, price: 49.99 },
      ],
      paymentToken,
    }),
  });
  const answer = (await response.json()) as { orderId?: string; detail?: string };
  if (response.ok && answer.orderId) return answer.orderId;
  throw new Error(`the order was refused with ${response.status}: ${answer.detail}`);
}

function paymentsArn({ aws, outputs }: Target): string {
  const account = String(outputs["orderWorkflowArn"]).split(":")[4];
  return `arn:aws:dynamodb:${aws.region}:${account}:table/${outputs["paymentsTableName"]}`;
}
