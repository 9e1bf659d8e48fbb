import { readArguments } from "command-text";
import { command } from "./command.ts";
import { alarmsTour } from "./demo/alarms.ts";
import { customersTour } from "./demo/customers.ts";
import { failuresTour } from "./demo/failures.ts";
import { ingestTour } from "./demo/ingest.ts";
import { Narrator } from "./demo/narrator.ts";
import { ordersTour } from "./demo/orders.ts";
import { findTarget, TARGET_HELP, TARGET_OPTIONS } from "./target.ts";

const HELP = `Walks through what the running stack does, in about two minutes, and prints each step with the command that does it.

  npm run demo -- [options]

  --quick        leaves out the alarm, which takes up to a minute
  --alarms       also waits until the alarm is off again, which takes some minutes more
${TARGET_HELP}`;

await command(async () => {
  const { values } = readArguments({
    help: HELP,
    options: {
      ...TARGET_OPTIONS,
      alarms: { type: "boolean", default: false },
      quick: { type: "boolean", default: false },
    },
  });
  const target = await findTarget(values);
  const flags = Object.entries(values).flatMap(([name, value]) =>
    name in TARGET_OPTIONS && typeof value === "string" ? [`--${name}`, value] : [],
  );
  const narrator = new Narrator();
  narrator.say(`This is ${target.name}.`);
  await customersTour(target, narrator);
  await ordersTour(target, narrator, flags);
  await ingestTour(target, narrator);
  await failuresTour(target, narrator, flags);
  if (!values.quick) await alarmsTour(target, narrator, values.alarms);
  narrator.end();
});
