import { join } from "node:path";
import { knownName, readArguments, shellWords } from "command-text";
import { command } from "./command.ts";
import { consumersIn, rotated, settingOf, withConsumer } from "./keys/consumers.ts";
import { changeConsumers } from "./keys/stack-file.ts";
import { findTarget, TARGET_HELP, TARGET_OPTIONS } from "./target.ts";

const HELP = `API keys: one for each consumer and API, from the setting api:consumers.

  npm run keys -- list [--show] [options]        lists the keys; --show prints their values
  npm run keys -- add CONSUMER --stack NAME      adds a consumer
  npm run keys -- rotate CONSUMER --stack NAME   adds a second key; run again, it removes the first

add and rotate change Pulumi.NAME.yaml; npx pulumi up --stack NAME applies them.

${TARGET_HELP}`;

const ROOT = join(import.meta.dirname, "..");

await command(async () => {
  const { values, positionals } = readArguments({
    help: HELP,
    maxPositionals: 2,
    options: {
      ...TARGET_OPTIONS,
      show: { type: "boolean", default: false },
    },
  });
  const [action, consumer] = positionals;
  if (action === "list") return list(values);
  if (action === undefined) throw new Error(`say what to do:\n\n${HELP}`);
  if (action !== "add") knownName("action", action, ["rotate", "add", "list"]);
  const { stack } = values;
  if (!consumer) throw new Error(`name the consumer: npm run keys -- ${action} web --stack dev`);
  const words = shellWords("npm", "run", "keys", "--", action, consumer, "--stack", "dev");
  if (!stack) throw new Error(`name the stack: ${words}`);
  const change = action === "add" ? withConsumer : rotated;
  const setting = changeConsumers(ROOT, stack, (before) =>
    settingOf(change(consumersIn(before), consumer)),
  );
  console.log(`Pulumi.${stack}.yaml: api:consumers is ${setting}`);
  const on = shellWords("--stack", stack);
  console.log(`next: npx pulumi up ${on}, then npm run keys -- list ${on}`);
});

async function list(options: {
  stack?: string | undefined;
  "aws-port"?: string | undefined;
  show: boolean;
}): Promise<void> {
  const { allOutputs } = await findTarget(options);
  const keys = Object.entries(Object(allOutputs["apiKeys"]) as Record<string, string>);
  if (keys.length === 0) throw new Error("the stack has no output apiKeys; deploy it again");
  const width = Math.max(...keys.map(([name]) => name.length));
  for (const [name, value] of keys.sort()) {
    console.log(`${name.padEnd(width)}  ${options.show ? value : `…${value.slice(-4)}`}`);
  }
}
