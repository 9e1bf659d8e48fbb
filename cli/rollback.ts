import { LambdaClient } from "@aws-sdk/client-lambda";
import { readArguments } from "command-text";
import { command } from "./command.ts";
import { findTarget, TARGET_HELP, TARGET_OPTIONS } from "./target.ts";
import { rollBack } from "./traffic/rollback.ts";
import { NO_ALIASES, stackAliases } from "./traffic/stack-aliases.ts";

const HELP = `Sends all traffic of every function back to the version that received it before the last shift. It takes seconds and
deploys nothing; run it again to undo it.

  npm run rollback -- --stack NAME

${TARGET_HELP}`;

await command(async () => {
  const { values } = readArguments({ help: HELP, options: { ...TARGET_OPTIONS } });
  const target = await findTarget(values);
  const lambda = new LambdaClient(target.aws);
  const aliases = await stackAliases(target, lambda);
  if (aliases.length === 0) return console.log(NO_ALIASES);
  await rollBack(lambda, aliases, (line) => console.log(line));
});
