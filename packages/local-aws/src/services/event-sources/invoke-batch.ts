import type { Kernel } from "../../kernel/kernel.ts";
import { parseJson } from "../../kernel/nesting.ts";
import type { FunctionDefinition } from "../lambda/function-definition.ts";
import { type BatchVerdict, readBatchResponse } from "./batch-response.ts";

interface Answer {
  FunctionError?: string;
  Payload: string;
}

/**
 * Invokes a function with a batch and returns what became of its records; never rejects. The request id is that of the turn
 * which was waited for, where there is one.
 */
export async function invokeBatch(
  kernel: Kernel,
  { arn }: FunctionDefinition,
  records: readonly object[],
  ids: readonly string[],
  reportsFailures: boolean,
  requestId?: string,
): Promise<BatchVerdict> {
  const input = { FunctionName: arn, Payload: JSON.stringify({ Records: records }) };
  let answer: Answer;
  try {
    // The mapping is part of Lambda: no policy has to allow it to invoke the function.
    const caller = { kind: "administrator" } as const;
    const background = { background: true };
    answer = await kernel.dispatcher.call<Answer>(
      "lambda",
      "Invoke",
      input,
      caller,
      requestId,
      background,
    );
  } catch (error) {
    return { kind: "failed", reason: (error as Error).message };
  }
  if (answer.FunctionError) return { kind: "failed", reason: errorIn(answer.Payload) };
  if (!reportsFailures) return { kind: "succeeded" };
  const verdict = readBatchResponse(answer.Payload, new Set(ids));
  return verdict.kind === "failed" ? { ...verdict, answered: true } : verdict;
}

function errorIn(payload: string): string {
  const { errorType, errorMessage } = parseJson(payload) as Record<string, string>;
  return `${errorType}: ${errorMessage}`;
}
