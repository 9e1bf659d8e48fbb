import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { readArguments } from "command-text";
import { command } from "./command.ts";
import { findTarget, TARGET_HELP, TARGET_OPTIONS } from "./target.ts";

const HELP = `Finds orders that are neither COMPLETED nor FAILED for too long, and resumes them.

  npm run reconcile -- [options]

The stack does the same on a schedule (orders:reconcileSchedule); orders:lateAfterMinutes says how long that is.

  --dry-run       only print what would be done
  --json          print JSON
${TARGET_HELP}`;

/** The reconciler's result. */
interface Reconciled {
  dryRun: boolean;
  late: number;
  remedies: { orderId: string; status: string; minutes: number; action: string }[];
}

await command(async () => {
  const { values } = readArguments({
    help: HELP,
    options: {
      ...TARGET_OPTIONS,
      "dry-run": { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    },
  });
  const target = await findTarget(values);
  const names = target.allOutputs["functionNames"] as Record<string, string> | undefined;
  const FunctionName = names?.["reconcile"];
  if (!FunctionName) {
    throw new Error(`${target.name} has no function reconcile; start or deploy this version of it`);
  }
  const Payload = JSON.stringify({ dryRun: values["dry-run"] });
  const client = new LambdaClient(target.aws);
  const answer = await client.send(new InvokeCommand({ FunctionName, Payload }));
  const text = answer.Payload?.transformToString() ?? "";
  if (answer.FunctionError) throw new Error(`the reconciler failed: ${text}`);
  const reconciled: Reconciled = JSON.parse(text);
  if (values.json) return void console.log(JSON.stringify(reconciled, undefined, 2));
  report(target.name, reconciled);
});

function report(stack: string, { dryRun, late, remedies }: Reconciled): void {
  if (late === 0) return void console.log(`${stack}: no order is late.`);
  const orders = late === 1 ? "1 order is late" : `${late} orders are late`;
  console.log(`${stack}: ${orders}${dryRun ? "; nothing was changed" : ""}\n`);
  for (const { orderId, status, minutes, action } of remedies) {
    console.log(
      `  ${orderId}  ${status.padEnd(10)}  ${String(minutes).padStart(5)} min  ${action}`,
    );
  }
}
