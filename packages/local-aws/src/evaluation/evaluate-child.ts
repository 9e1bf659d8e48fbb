import type { Evaluation, EvaluationOrder } from "./evaluate.ts";
import { InputWatch } from "./input-watch.ts";
import { loadPulumiLazily } from "./lazy-modules.ts";

// Runs in its own process, so that Pulumi's memory is freed once the program is known.
process.once("message", async ({ request, keep }: EvaluationOrder) => {
  // Everything imported from here on is an input of the program.
  const watch = keep ? new InputWatch() : undefined;
  loadPulumiLazily();
  const { describe, evaluate } = await import("./evaluate-here.ts");
  const answer = (evaluation: Evaluation) => {
    // Pulumi reports promises that are left behind, unless the process ends in failure.
    process.send?.(evaluation, async () => {
      if (watch && evaluation.error === undefined) {
        const inputs = watch.inputs();
        const { ProgramCache } = await import("./program-cache.ts");
        if (inputs) new ProgramCache(request).keep(evaluation, inputs, watch.printed);
      }
      process.exit(evaluation.error === undefined ? 0 : 1);
    });
  };
  process.on("unhandledRejection", (error) => answer({ error: describe(error) }));
  evaluate(request).then(answer, (error) => answer({ error: describe(error) }));
});
