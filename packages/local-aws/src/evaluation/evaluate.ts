import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { RecordedProgram } from "../program/recorded.ts";
import type { Place } from "../program/resource-type.ts";
import type { StackSettings } from "./stack-file.ts";

/** What to evaluate, and where it will live. */
export interface EvaluationRequest {
  /** Folder of `index.ts`. */
  root: string;
  settings: StackSettings;
  place: Place;
}

/** What came of it: the program, or why there is none. */
export type Evaluation =
  | { program: RecordedProgram; notes: string[]; error?: undefined }
  | { error: string };

/** The program could not be evaluated; the message is for the person who wrote it. */
class ProgramError extends Error {
  override readonly name = "ProgramError";
}

/**
 * Runs the program under Pulumi's mocks and tells what it declares.
 *
 * @throws ProgramError when the program fails, or declares what the runtime does not support.
 */
export async function evaluateProgram(
  request: EvaluationRequest,
): Promise<{ program: RecordedProgram; notes: string[] }> {
  const child = fork(fileURLToPath(new URL("./evaluate-child.ts", import.meta.url)), {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const answered = once(child, "message");
  const ended = once(child, "exit").then(([code]): [Evaluation] => [
    { error: `the program ended with exit code ${code} before it was evaluated` },
  ]);
  child.send(request);
  const [evaluation] = (await Promise.race([answered, ended])) as [Evaluation];
  if (evaluation.error !== undefined) throw new ProgramError(evaluation.error);
  return evaluation;
}
