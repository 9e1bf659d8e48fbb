import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "./layers.ts";

/** Variable with the path of the test file that runs. */
export const TEST_FILE = "TEST_FILE";

const FOLDER = join(ROOT, "node_modules", ".cache", "tests");

/** Sources of the functions that a test file ran when it last passed; undefined when nobody knows. */
export function readTouched(test: string): Set<string> | undefined {
  try {
    return new Set(JSON.parse(readFileSync(fileOf(test), "utf8")) as string[]);
  } catch {
    return undefined;
  }
}

/** Adds to what the test file of this process has touched. */
export function addTouched(sources: Iterable<string>): void {
  const test = process.env[TEST_FILE];
  if (!test) return;
  const file = `${fileOf(test)}.running`;
  let known: string[] = [];
  try {
    known = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    // It is the first stack of this test file.
  }
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify([...new Set([...known, ...sources])].sort()));
}

/** Keeps what a test file that passed has touched. */
export function keepTouched(test: string): void {
  try {
    renameSync(`${fileOf(test)}.running`, fileOf(test));
  } catch {
    // It started no stack.
  }
}

function fileOf(test: string): string {
  return join(FOLDER, `${test.replaceAll("/", "+")}.json`);
}
