import { setTimeout as wait } from "node:timers/promises";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { readArguments } from "command-text";
import { alarmsOfStack } from "./alarms-of-stack.ts";
import { command } from "./command.ts";
import { findTarget, TARGET_HELP, TARGET_OPTIONS } from "./target.ts";
import { shiftTraffic } from "./traffic/shift.ts";
import { NO_ALIASES, stackAliases } from "./traffic/stack-aliases.ts";

const HELP = `Moves traffic to the newest version of every function, after pulumi up: a share of it first, all of it if no alarm
goes off, and back to the old versions if one does.

  npm run shift -- --stack NAME [options]

  --percent N    share of the traffic while alarms are watched   (10)
  --minutes N    how long they are watched                       (10)
${TARGET_HELP}`;

await command(async () => {
  const { values } = readArguments({
    help: HELP,
    options: {
      ...TARGET_OPTIONS,
      percent: { type: "string", default: "10" },
      minutes: { type: "string", default: "10" },
    },
  });
  const percent = wholeNumber("percent", values.percent, 1, 99);
  const minutes = wholeNumber("minutes", values.minutes, 1, 120);
  const target = await findTarget(values);
  const lambda = new LambdaClient(target.aws);
  const aliases = await stackAliases(target, lambda);
  if (aliases.length === 0) return console.log(NO_ALIASES);
  const cloudWatch = new CloudWatchClient(target.aws);
  const topic = target.outputs["alertsTopicArn"] ?? "";
  await shiftTraffic({
    lambda,
    aliases,
    percent,
    minutes,
    alarms: () => alarmsOfStack(cloudWatch, topic),
    wait: (ms) => wait(ms),
    say: (line) => console.log(line),
  });
});

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw new Error(`--${name} ${text} must be a whole number from ${least} to ${most}`);
}
