import { type ChildProcess, spawn } from "node:child_process";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { median } from "./median.ts";
import { type Memory, processFamily } from "./process-family.ts";

// How long from `npm start` to the first answer with a 2xx, step by step, and how much memory the idle stack holds.
const LIMIT_SECONDS = 2;
const LIMIT_MEGABYTES = 400;
const ROOT = join(import.meta.dirname, "..");
const { values } = parseArgs({ options: { rounds: { type: "string", default: "5" } } });

interface Round {
  steps: Map<string, number>;
  memory: Memory;
}

const rounds: Round[] = [];
// The first round fills the caches of a fresh clone and is shown, but not counted.
for (let n = 0; n <= Number(values.rounds); n++) {
  const round = await start();
  const shown = [...round.steps].map(([step, ms]) => `${step} ${Math.round(ms)}`).join(", ");
  console.log(`${n === 0 ? "first " : `round ${n}`}  ${shown} ms; ${described(round.memory)}`);
  if (n > 0) rounds.push(round);
}

const names = [...(rounds[0]?.steps.keys() ?? [])];
console.log(`\nmedians of ${rounds.length}; ${cpus()[0]?.model}, Node.js ${process.version}`);
for (const name of names) {
  const ms = median(rounds.map(({ steps }) => steps.get(name) ?? Number.NaN));
  console.log(`  ${name.padEnd(20)} ${String(Math.round(ms)).padStart(6)} ms`);
}
const seconds = median(rounds.map(({ steps }) => steps.get("first 2xx") ?? Number.NaN)) / 1000;
const resident = median(rounds.map(({ memory }) => memory.resident));
const proportional = median(rounds.map(({ memory }) => memory.proportional ?? Number.NaN));
verdict("npm start to first 2xx", seconds, LIMIT_SECONDS, "s");
verdict("memory when idle, resident sets added up", resident, LIMIT_MEGABYTES, "MB");
if (!Number.isNaN(proportional)) {
  console.log(`memory when idle, shared pages counted once: ${proportional.toFixed(2)} MB`);
}

function described({ resident, proportional }: Memory): string {
  const once = proportional === undefined ? "" : `, shared once ${Math.round(proportional)} MB`;
  return `${Math.round(resident)} MB${once}`;
}

function verdict(what: string, value: number, limit: number, unit: string): void {
  const ratio = value / limit;
  console.log(
    `${what}: ${value.toFixed(2)} ${unit}, ${ratio.toFixed(2)} of the limit of ${limit} ${unit}`,
  );
  if (!(ratio <= 1)) process.exitCode = 1;
}

async function start(): Promise<Round> {
  const began = performance.now();
  const steps = new Map<string, number>();
  const child = spawn("npm", ["start", "--", "--api-port", "0", "--aws-port", "0", "--verbose"], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "inherit"],
    shell: process.platform === "win32",
    detached: process.platform !== "win32",
  });
  try {
    const { url, key } = await greeted(child, began, steps);
    steps.set("greeting", performance.now() - began);
    const response = await fetch(url, { method: "PUT", headers: { "x-api-key": key } });
    if (response.status !== 201)
      throw new Error(`the first request was answered ${response.status}`);
    steps.set("first 2xx", performance.now() - began);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    return { steps, memory: processFamily(child.pid ?? 0).memory };
  } finally {
    await stop(child);
  }
}

function greeted(
  child: ChildProcess,
  began: number,
  steps: Map<string, number>,
): Promise<{ url: string; key: string }> {
  return new Promise((resolve, reject) => {
    let text = "";
    child.stdout?.on("data", (chunk) => {
      text += chunk;
      for (const [, step = ""] of text.matchAll(/^step: (.+)$/gm)) {
        if (!steps.has(step)) steps.set(step, performance.now() - began);
      }
      const command = /curl -i -X PUT -H "x-api-key: (\S+)" (http\S+)/.exec(text);
      if (command) resolve({ key: command[1] ?? "", url: command[2] ?? "" });
    });
    child.once("exit", (code) => reject(new Error(`npm start ended with ${code}:\n${text}`)));
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  if (process.platform === "win32") child.kill();
  else process.kill(-(child.pid ?? 0), "SIGINT");
  await ended;
}
