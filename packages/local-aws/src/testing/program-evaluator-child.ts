import { tmpdir } from "node:os";
import type { Evaluation } from "../evaluation/evaluate.ts";
import type { EvaluationRequest } from "../evaluation/evaluation-request.ts";
import { loadPulumiLazily } from "../evaluation/lazy-modules.ts";

loadPulumiLazily();
const { describe, evaluate } = await import("../evaluation/evaluate-here.ts");

let answered = true;
function answer(evaluation: Evaluation): void {
  if (answered) return;
  answered = true;
  // The program's folder may be removed from now on.
  process.chdir(tmpdir());
  process.send?.(evaluation);
}
const fail = (error: unknown) => answer({ error: describe(error) });

process.on("unhandledRejection", fail);
process.on("message", (request: EvaluationRequest) => {
  answered = false;
  evaluate(request).then(answer, fail);
});
// A process that has failed is let go, with whatever it still does.
process.once("disconnect", () => process.exit(1));
