import { join } from "node:path";
import { startRuntime } from "local-aws";
import { localAddresses } from "../../cli/start/local-addresses.ts";
import { readLetter } from "../../cli/start/read-letter.ts";

// Runs the stack as `npm start -- --data DIR` does, in a process that can be killed.

/** Where the doors of a stack are, as its process tells it. */
export interface Doors {
  ordersApiUrl: string;
  ordersApiKey: string;
  ordersHttpApiUrl: string;
}

const [, , dataDir = ""] = process.argv;
const { outputs } = await startRuntime({
  root: join(import.meta.dirname, "..", ".."),
  apiPort: 0,
  awsPort: 0,
  dataDir,
  readLetter,
  config: localAddresses,
});
const text = (name: keyof Doors) => String(outputs[name]);
const doors: Doors = {
  ordersApiUrl: text("ordersApiUrl"),
  ordersApiKey: text("ordersApiKey"),
  ordersHttpApiUrl: text("ordersHttpApiUrl"),
};
process.send?.(doors);
// Whoever started it is gone: nobody would end it.
process.once("disconnect", () => process.exit(1));
