import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "./layers.ts";

const FILE = join(ROOT, "node_modules", ".cache", "tests", "times.json");

/** How many milliseconds test files took when they last ran, by their path. */
export type Times = Readonly<Record<string, number>>;

/** What is known of the last runs; nothing in a new checkout. */
export function readTimes(): Times {
  try {
    return JSON.parse(readFileSync(FILE, "utf8"));
  } catch {
    return {};
  }
}

/** Keeps what this run has found. Another run may do so at the same time: the last one wins. */
export function keepTimes(times: Times): void {
  const partial = `${FILE}.${process.pid}.tmp`;
  mkdirSync(dirname(FILE), { recursive: true });
  writeFileSync(partial, JSON.stringify({ ...readTimes(), ...times }));
  renameSync(partial, FILE);
}
