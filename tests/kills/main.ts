import { parseArgs } from "node:util";
import { violationText } from "../chaos/oracle/invariants.ts";
import { killAgainAndAgain } from "./run.ts";

const HELP = `Kills a stack with --data again and again while customers order with every payment token, tears the end of its files at every
second kill, and judges what is left: each order that was answered has ended, and money, stock, letters and announcements
are as without a kill.

  npm run kills -- [options]

  --moments N    how many kills   (50)
  --seed N       decides when, what is torn and what is ordered   (1)
  --help         this text
`;

const { values } = parseArgs({
  options: {
    moments: { type: "string", default: "50" },
    seed: { type: "string", default: "1" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) process.stdout.write(HELP);
else {
  const began = performance.now();
  const { violations, orders, executions, letters, doubled } = await killAgainAndAgain({
    seed: values.seed,
    moments: Number(values.moments),
    onKill: (line) => console.log(line),
  });
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  console.log(
    `${values.moments} kills in ${seconds} s: ${orders} orders, ${executions} executions, ${letters} letters; ${doubled} announcements were told twice`,
  );
  for (const violation of violations.slice(0, 40)) console.log(violationText(violation));
  console.log(violations.length === 0 ? "every order is whole" : `${violations.length} violations`);
  process.exitCode = violations.length === 0 ? 0 : 1;
}
