import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { startRuntime } from "local-aws";
import { ConsoleLog } from "local-aws/command-line";
import { readLetter } from "../../cli/start/read-letter.ts";
import { copyProgram } from "../../tests/e2e/support/stack.ts";

// Runs the stack in a process of its own, as `npm start` does, so that whoever measures it takes nothing from it.

/** What the stack's process tells. */
export type StackMessage =
  | { kind: "ready"; ordersUrl: string; awsEndpoint: string }
  /** A workflow is over. */
  | { kind: "ended"; status: string; execution: string }
  | { kind: "failed"; error: string };

// The throttle of the API is no part of what is measured.
const CONFIG = {
  "aws:region": "eu-central-1",
  "api:throttleRate": 10_000,
  "api:throttleBurst": 5_000,
};

/** Where it keeps its data; it lives in memory without one. */
const [, , dataDir] = process.argv;

const tell = (message: StackMessage) => process.send?.(message);
const program = copyProgram();
try {
  // JSON is YAML as well.
  writeFileSync(join(program.root, "Pulumi.load.yaml"), JSON.stringify({ config: CONFIG }));
  const log = new ConsoleLog({ verbose: false, quiet: false });
  const runtime = await startRuntime({
    root: program.root,
    stack: "load",
    apiPort: 0,
    awsPort: 0,
    ...(dataDir && { dataDir }),
    onTrace: (record) => log.hop(record),
    onLog: (line) => log.line(line),
    readLetter,
  });
  const { outputs, services } = runtime;
  services.states.listen({
    onExecutionEnded: ({ stateMachineArn, executionArn: execution, status }) => {
      if (stateMachineArn !== outputs["orderWorkflowArn"]) return;
      tell({ kind: "ended", status, execution });
    },
  });
  process.once("disconnect", async () => {
    await runtime.stop();
    program.remove();
    process.exit(0);
  });
  tell({
    kind: "ready",
    ordersUrl: `${outputs["ordersHttpApiUrl"]}/orders`,
    awsEndpoint: runtime.awsEndpoint,
  });
} catch (error) {
  tell({ kind: "failed", error: String(error) });
  program.remove();
  process.disconnect();
}
