import { readArguments } from "command-text";
import { command } from "./command.ts";
import { alarmsTour } from "./demo/alarms.ts";
import { customersTour } from "./demo/customers.ts";
import { ingestTour } from "./demo/ingest.ts";
import { Narrator } from "./demo/narrator.ts";
import { ordersTour } from "./demo/orders.ts";
import { findTarget, TARGET_HELP, TARGET_OPTIONS } from "./target.ts";

const HELP = `Walks through what the running stack does, and prints each step.

  npm run demo -- [options]

  --alarms       also shows an alarm, which takes some minutes
${TARGET_HELP}`;

await command(async () => {
  const { values } = readArguments({
    help: HELP,
    options: {
      ...TARGET_OPTIONS,
      alarms: { type: "boolean", default: false },
    },
  });
  const target = await findTarget(values);
  const narrator = new Narrator();
  narrator.say(`This is ${target.name}.`);
  await customersTour(target, narrator);
  await ordersTour(target, narrator);
  await ingestTour(target, narrator);
  if (values.alarms) await alarmsTour(target, narrator);
  else
    narrator.say(
      "\nWith --alarms it goes on with a failure, its alarm and its mail, for about four minutes.",
    );
  narrator.end();
});
