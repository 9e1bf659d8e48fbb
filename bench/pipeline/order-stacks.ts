import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Runtime, startRuntime } from "../../local/runtime.ts";
import { copyProgram } from "../../tests/e2e/support/stack.ts";
import { oneAtATime } from "./one-at-a-time.ts";

/** A stack that orders can be sent through. */
export interface OrderStack {
  /** `declared`: as the program says. `serial`: batches of one, and one order at a time. */
  handling: "declared" | "serial";
  runtime: Runtime;
}

// The throttle of the API is no part of what is measured.
const OPEN = {
  "aws:region": "eu-central-1",
  "api:throttleRate": 10_000,
  "api:throttleBurst": 5_000,
};
// SQS allows no fewer than two at a time; the second waits for the first.
const SERIAL = { "orders:batchSize": 1, "orders:maximumConcurrency": 2 };

/** Two stacks of the same program. */
export interface OrderStacks {
  declared: OrderStack;
  serial: OrderStack;
  stop(): Promise<void>;
}

/** Starts both, with `awsDelayMs` added to each call that a function makes to a service. */
export async function startOrderStacks(awsDelayMs: number): Promise<OrderStacks> {
  const program = copyProgram();
  const undo: (() => unknown)[] = [() => program.remove()];
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  const start = async (handling: OrderStack["handling"], config: object): Promise<OrderStack> => {
    // JSON is YAML as well.
    writeFileSync(join(program.root, `Pulumi.${handling}.yaml`), JSON.stringify({ config }));
    const runtime = await startRuntime({
      root: program.root,
      stack: handling,
      apiPort: 0,
      awsPort: 0,
      awsDelayMs,
    });
    undo.push(() => runtime.stop());
    return { handling, runtime };
  };
  try {
    const declared = await start("declared", OPEN);
    const serial = await start("serial", { ...OPEN, ...SERIAL });
    oneAtATime(serial.runtime);
    return { declared, serial, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
