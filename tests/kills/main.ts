import { readArguments } from "command-text";
import { violationText } from "../chaos/oracle/invariants.ts";
import type { Verdict } from "./judge.ts";
import { PLANTED_BUGS } from "./planted-bugs.ts";
import { killAgainAndAgain } from "./run.ts";

const HELP = `Kills a stack with --data again and again while customers order with every payment token, tears the end of its files at every
second kill, and judges what is left: each order that was answered has ended, and money, stock, letters and announcements
are as without a kill.

  npm run kills -- [options]

  --moments N    how many kills   (50)
  --seed N       decides when, what is torn and what is ordered   (1)
  --planted      kills stacks that have a bug each, 8 times unless --moments says more; fails where one is not found
  --only TEXT    only the planted bugs whose names contain it
  --keep         leaves the data folder, and says where it is
  --help         this text

An announcement may be told twice where a kill came between its publishing and its mark: a function makes these two calls
one after the other, here as on AWS, and nobody can know that the first was made. Every other repetition is a violation.
`;
const MOMENTS = 50;
const MOMENTS_PER_BUG = 8;
const MAX_SHOWN = 40;

const { values } = readArguments({
  help: HELP,
  options: {
    moments: { type: "string" },
    seed: { type: "string", default: "1" },
    planted: { type: "boolean", default: false },
    keep: { type: "boolean", default: false },
    only: { type: "string", default: "" },
  },
});
if (values.planted) await findPlanted();
else {
  const verdict = await kill(Number(values.moments ?? MOMENTS));
  for (const violation of verdict.violations.slice(0, MAX_SHOWN)) {
    console.log(violationText(violation));
  }
  const { length } = verdict.violations;
  console.log(length === 0 ? "every order is whole" : `${length} violations`);
  process.exitCode = length === 0 ? 0 : 1;
}

async function kill(moments: number, planted?: string): Promise<Verdict> {
  const began = performance.now();
  const { seed, keep } = values;
  const onKill = (line: string) => console.log(line);
  const verdict = await killAgainAndAgain({
    seed,
    moments,
    keep,
    onKill,
    ...(planted && { planted }),
  });
  const { orders, executions, letters, repeats } = verdict;
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  console.log(
    `${moments} kills in ${seconds} s: ${orders} orders, ${executions} executions, ${letters} letters; ${repeats} announcements were told again, as a kill came before their marks`,
  );
  return verdict;
}

async function findPlanted(): Promise<void> {
  const moments = Number(values.moments ?? MOMENTS_PER_BUG);
  const missed: string[] = [];
  for (const { name } of PLANTED_BUGS.filter((bug) => bug.name.includes(values.only))) {
    console.log(`\n${name}`);
    const { violations } = await kill(moments, name);
    const [first] = violations;
    if (!first) missed.push(name);
    else
      console.log(`FOUND by ${violations.length} violations, the first: ${violationText(first)}`);
  }
  for (const name of missed) console.log(`NOT FOUND: ${name}`);
  process.exitCode = missed.length === 0 ? 0 : 1;
}
