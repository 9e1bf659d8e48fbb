import { parseJson } from "../../kernel/nesting.ts";

/** What a function returned for a batch: which of its records to retry, and why. */
export type BatchVerdict =
  | { kind: "succeeded" }
  | { kind: "partial"; failed: readonly string[] }
  /** `answered` where the function itself ran without an error. */
  | { kind: "failed"; reason: string; answered?: boolean };

/**
 * Reads a function's response to a batch as Lambda does with ReportBatchItemFailures. No response, or an empty list, is
 * success; anything that cannot be read, or that names a record that was not in the batch, fails the whole batch.
 */
export function readBatchResponse(payload: string, known: ReadonlySet<string>): BatchVerdict {
  if (payload === "") return { kind: "succeeded" };
  let answer: unknown;
  try {
    answer = parseJson(payload);
  } catch {
    return { kind: "failed", reason: "the function's response is not JSON" };
  }
  if (answer === null || typeof answer !== "object") return { kind: "succeeded" };
  const { batchItemFailures: list } = answer as { batchItemFailures?: unknown };
  if (list === undefined || list === null) return { kind: "succeeded" };
  if (!Array.isArray(list)) return { kind: "failed", reason: "batchItemFailures is not an array" };
  const failed: string[] = [];
  for (const failure of list) {
    const id = (failure as { itemIdentifier?: unknown } | null)?.itemIdentifier;
    if (typeof id !== "string" || !known.has(id)) {
      return { kind: "failed", reason: `itemIdentifier ${JSON.stringify(id)} is not in the batch` };
    }
    failed.push(id);
  }
  return failed.length === 0 ? { kind: "succeeded" } : { kind: "partial", failed };
}
