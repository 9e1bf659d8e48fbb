import { createHash } from "node:crypto";
import type { TestStack } from "./stack.ts";

// What gathers for a moment before it is handed on.
const MOMENT_MS = 1_000;

/** A digest of every item of every table, every message of every queue, and every execution. */
export async function storeDigest({ services }: TestStack): Promise<string> {
  const { dynamodb, sqs, states } = services;
  const everything = [dynamodb.contents(), sqs.contents(), states.contents()];
  return createHash("sha256").update(JSON.stringify(everything)).digest("hex");
}

/** Waits until nothing is in progress in a stack, and answers the digest. */
export async function settled(stack: TestStack): Promise<string> {
  await stack.clock.advance(MOMENT_MS);
  return storeDigest(stack);
}
