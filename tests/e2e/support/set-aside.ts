import type { TestStack } from "./stack.ts";

/** A message that was set aside, and why. */
export interface SetAside {
  body: string;
  reason: string | undefined;
}

/** What the dead-letter queue of a work queue holds, e.g. of `orders`; nobody receives it by that. */
export function setAside({ program, services }: TestStack, queue: string): SetAside[] {
  const dead = program.resources.find(
    ({ name, type }) => name === `${queue}-dlq` && type === "aws:sqs/queue:Queue",
  );
  const found = services.sqs.queueByArn(String(dead?.outputs["arn"]));
  if (!found) throw new Error(`there is no dead-letter queue of ${queue}`);
  return found.messages().map(({ body, attributes }) => ({
    body,
    reason: attributes["reason"]?.StringValue,
  }));
}

/** The reason for which a message of orders was set aside, once it is; it is found by a part of its body. */
export function reasonFor(stack: TestStack, part: string): Promise<string | undefined> {
  return stack.until("the message set aside", () => {
    const found = setAside(stack, "orders").find(({ body }) => body.includes(part));
    return found && (found.reason ?? "no reason");
  });
}
