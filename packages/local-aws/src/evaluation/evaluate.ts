import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { RecordedProgram } from "../program/recorded.ts";
import type { EvaluationRequest } from "./evaluation-request.ts";
import { ProgramCache } from "./program-cache.ts";

/** The outcome: the program, or why it failed. */
export type Evaluation =
  | { program: RecordedProgram; notes: string[]; error?: undefined }
  | { error: string };

/** The program could not be evaluated; the message is for the person who wrote it. */
class ProgramError extends Error {
  override readonly name = "ProgramError";
}

/** What the process that evaluates is sent. */
export interface EvaluationOrder {
  request: EvaluationRequest;
  /** Whether the program is kept for the next time. */
  keep: boolean;
}

/** An evaluated program. */
export interface Evaluated {
  program: RecordedProgram;
  /** One sentence for each input that is accepted without effect. */
  notes: string[];
  /** `kept` where nothing changed since an earlier evaluation; otherwise what changed, if there was an earlier one. */
  origin: { kept: boolean; changed?: string | undefined };
  /** Settles once it is known what the evaluation has read. */
  settled: Promise<unknown>;
}

/**
 * Runs the program under Pulumi's mocks and returns what it declares.
 *
 * @param keep Whether an unchanged program is reused from the last start, and a changed one is stored.
 * @throws ProgramError when the program fails, or declares what the runtime does not support.
 */
export async function evaluateProgram(
  request: EvaluationRequest,
  keep = false,
): Promise<Evaluated> {
  const found = keep ? new ProgramCache(request).find() : { changed: undefined };
  if (found.program) {
    const { program, notes, printed } = found;
    process.stdout.write(printed);
    return { program, notes, origin: { kept: true }, settled: Promise.resolve() };
  }
  const child = fork(fileURLToPath(new URL("./evaluate-child.ts", import.meta.url)), {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const answered = once(child, "message");
  const ended = once(child, "exit").then(([code]): [Evaluation] => [
    { error: `the program ended with exit code ${code} before it was evaluated` },
  ]);
  const order: EvaluationOrder = { request, keep };
  child.send(order);
  const [evaluation] = (await Promise.race([answered, ended])) as [Evaluation];
  if (evaluation.error !== undefined) throw new ProgramError(evaluation.error);
  return { ...evaluation, origin: { kept: false, changed: found.changed }, settled: ended };
}
