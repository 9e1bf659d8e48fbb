import { join } from "node:path";
import type { StackOptions } from "./recorded-stack.ts";

const ROOT = join(import.meta.dirname, "..", "..");

/** Options of the commands that read a stack's settings and need no deployed stack, for `readArguments`. */
export const STACK_OPTIONS = {
  stack: { type: "string" },
  config: { type: "string", multiple: true, default: [] as string[] },
} as const;

/** The stack in the options. @throws Error saying how to name one. */
export function stackOf({
  stack,
  config,
}: {
  stack?: string | undefined;
  config: string[];
}): StackOptions {
  if (!stack) throw new Error("name the stack: --stack dev");
  return { root: ROOT, stack, config };
}
