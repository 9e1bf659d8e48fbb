import { readArguments } from "command-text";
import { command } from "./command.ts";
import { Narrator } from "./demo/narrator.ts";
import { smokeTour } from "./smoke/tour.ts";
import { findTarget, TARGET_HELP, TARGET_OPTIONS } from "./target.ts";

const HELP = `Walks through a stack after a deployment: every API, a refusal of each kind, an order to its end, and whether alarms
notify anyone. Exits with 1 at the first step that fails. It leaves a customer deleted, and one order of
the customer smoke-test.

  npm run smoke -- [options]

${TARGET_HELP}`;

await command(async () => {
  const { values } = readArguments({ help: HELP, options: { ...TARGET_OPTIONS } });
  const target = await findTarget(values);
  const narrator = new Narrator();
  narrator.say(`This is ${target.name}.`);
  await smokeTour(target, narrator);
  narrator.end();
});
