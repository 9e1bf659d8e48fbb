import { createHash } from "node:crypto";
import type { TestStack } from "./stack.ts";

const SETTLED_MS = 200;

/** A digest of every item of every table, every message of every queue, and every execution. */
export async function storeDigest({ services }: TestStack): Promise<string> {
  const { dynamodb, sqs, states } = services;
  const everything = [await dynamodb.snapshot(), sqs.snapshot(), states.snapshot()];
  return createHash("sha256").update(JSON.stringify(everything)).digest("hex");
}

/**
 * Waits until no function runs and nothing has changed for a while, and answers the digest.
 *
 * @throws Error when that takes more than ten seconds.
 */
export async function settled(stack: TestStack): Promise<string> {
  const deadline = Date.now() + 10_000;
  let known = await storeDigest(stack);
  let since = Date.now();
  while (Date.now() - since < SETTLED_MS) {
    if (Date.now() > deadline) throw new Error("the stack does not settle within 10 s");
    await new Promise((resolve) => setTimeout(resolve, 20));
    const now = await storeDigest(stack);
    if (now === known && running(stack) === 0) continue;
    known = now;
    since = Date.now();
  }
  return known;
}

/** Invocations that have begun and not ended; a function that starts up changes nothing for a while. */
export function running({ hops, logs }: TestStack): number {
  const begun = hops.filter(
    ({ kind, decision }) => kind === "lambda:InvokeFunction" && decision === "allowed",
  );
  const ended = logs.filter(({ message }) => message.includes('"platform.report"'));
  return begun.length - ended.length;
}
