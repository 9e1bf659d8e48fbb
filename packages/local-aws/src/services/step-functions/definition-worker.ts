// Runs in a thread of its own: asl-validator compiles its schemas for every definition, 100 ms each.
import { parentPort } from "node:worker_threads";
import validate from "asl-validator";

// The first run compiles the code itself; do that before the first definition comes.
validate({ StartAt: "Only", States: { Only: { Type: "Succeed" } } });

parentPort?.on("message", ({ id, definition }: { id: number; definition: unknown }) => {
  const verdict = validate(definition);
  parentPort?.postMessage({ id, problems: verdict.isValid ? "" : verdict.errorsText("; ") });
});
