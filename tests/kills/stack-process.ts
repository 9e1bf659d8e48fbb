import { join } from "node:path";
import { startRuntime } from "local-aws";
import { moveProgram } from "local-aws/testing/moved-program";
import { HELPERS } from "../../cli/start/helpers.ts";
import { localAddresses } from "../../cli/start/local-addresses.ts";
import { readLetter } from "../../cli/start/read-letter.ts";
import { isExpress } from "./left-behind.ts";
import { switchReconciler } from "./reconciler.ts";

// Runs the stack as `npm start -- --data DIR` does, in a process that can be killed.

/** What the process tells. */
export type StackMessage =
  | { kind: "ready"; doors: Doors }
  /** An Express execution has begun. */
  | { kind: "express"; arn: string };

/** Where the doors of a stack are, as its process tells it. */
export interface Doors {
  ordersApiUrl: string;
  ordersApiKey: string;
  ordersHttpApiUrl: string;
}

const [, , dataDir = ""] = process.argv;
const { kernel, outputs, services } = await startRuntime({
  root: join(import.meta.dirname, "..", ".."),
  // Every start runs the very same program.
  evaluate: moveProgram,
  helpers: HELPERS,
  apiPort: 0,
  awsPort: 0,
  dataDir,
  readLetter,
  config: localAddresses,
});
const tell = (message: StackMessage) => process.send?.(message);
services.states.listen({
  onExecutionStarted: (_machine, arn) => void (isExpress(arn) && tell({ kind: "express", arn })),
});
// What a kill has interrupted must go on by itself.
await switchReconciler(kernel, false);
const text = (name: keyof Doors) => String(outputs[name]);
const doors: Doors = {
  ordersApiUrl: text("ordersApiUrl"),
  ordersApiKey: text("ordersApiKey"),
  ordersHttpApiUrl: text("ordersHttpApiUrl"),
};
tell({ kind: "ready", doors });
// Whoever started it is gone: nobody would end it.
process.once("disconnect", () => process.exit(1));
