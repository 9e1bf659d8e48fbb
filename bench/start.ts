import { cpus } from "node:os";
import { readArguments } from "command-text";
import { median } from "./median.ts";
import {
  ANY_PORTS,
  FIRST_ANSWER,
  freePorts,
  type Ports,
  type Start,
  timeStart,
} from "./start/started-stack.ts";

const HELP = `How long from npm start to the first answer with a 2xx, step by step, and how much memory the idle stack holds.

  npm run bench:start -- [options]

  --rounds N   how often, when nothing has changed and with an evaluation of the program in turn   (5)
  --help       this text

Nothing has changed: the start finds the program as an earlier one has kept it. Evaluated anew: as after a change of the
program; here its ports are new at each start. Goals: 1.2 and 2 seconds, 400 MB. The exit code is 1 where one is missed.
`;
const MAX_UNCHANGED_SECONDS = 1.2;
const MAX_EVALUATED_SECONDS = 2;
const MAX_MEGABYTES = 400;

const { values } = readArguments({
  help: HELP,
  options: {
    rounds: { type: "string", default: "5" },
  },
});
await measure(Number(values.rounds));

async function measure(rounds: number): Promise<void> {
  const same = await freePorts();
  // The first start fills the caches of a fresh clone, and leaves the program for the next.
  await told("first", same);
  const unchanged: Start[] = [];
  const evaluated: Start[] = [];
  for (let round = 1; round <= rounds; round++) {
    const start = await told(`round ${round}`, same);
    if (!start.isKept) throw new Error("the program was evaluated, and nothing has changed");
    unchanged.push(start);
    evaluated.push(await told(`round ${round}`, ANY_PORTS));
  }
  console.log(`\nmedians of ${rounds}; ${cpus()[0]?.model}, Node.js ${process.version}`);
  console.log(`  ${"".padEnd(20)} nothing changed  evaluated anew`);
  for (const step of unchanged[0]?.steps.keys() ?? []) {
    const [kept, anew] = [unchanged, evaluated].map(
      (starts) => `${Math.round(at(starts, step))} ms`,
    );
    console.log(`  ${step.padEnd(20)} ${kept?.padStart(15)} ${anew?.padStart(15)}`);
  }
  const seconds = (starts: Start[]) => at(starts, FIRST_ANSWER) / 1000;
  verdict("first 2xx, nothing changed", seconds(unchanged), MAX_UNCHANGED_SECONDS, "s");
  verdict("first 2xx, evaluated anew", seconds(evaluated), MAX_EVALUATED_SECONDS, "s");
  const resident = median(evaluated.map(({ memory }) => memory.resident));
  verdict("memory when idle, resident sets added up", resident, MAX_MEGABYTES, "MB");
  const proportional = median(evaluated.map(({ memory }) => memory.proportional ?? Number.NaN));
  if (Number.isNaN(proportional)) return;
  console.log(`memory when idle, shared pages counted once: ${proportional.toFixed(0)} MB`);
}

async function told(name: string, ports: Ports): Promise<Start> {
  const start = await timeStart(ports);
  const { resident, proportional = Number.NaN } = start.memory;
  const steps = [...start.steps].map(([step, ms]) => `${step} ${Math.round(ms)}`).join(", ");
  const origin = start.isKept ? "kept" : "evaluated";
  const once = Number.isNaN(proportional) ? "" : `, shared once ${Math.round(proportional)} MB`;
  console.log(`${name}, ${origin}: ${steps} ms; ${Math.round(resident)} MB${once}`);
  return start;
}

function at(starts: readonly Start[], step: string): number {
  return median(starts.map(({ steps }) => steps.get(step) ?? Number.NaN));
}

function verdict(what: string, value: number, limit: number, unit: string): void {
  const ratio = (value / limit).toFixed(2);
  console.log(`${what}: ${value.toFixed(2)} ${unit}, ${ratio} of the limit of ${limit} ${unit}`);
  if (!(value <= limit)) process.exitCode = 1;
}
