import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RecordedProgram } from "local-aws/testing/simulation";
import { violationText } from "./oracle/invariants.ts";
import { PLANTED_BUGS, type PlantedBug } from "./planted-bugs.ts";
import { chaosProgram } from "./program.ts";
import { Coverage, search } from "./search.ts";
import { SETTINGS } from "./world.ts";

// Whatever else there is may be part of the program.
const LEFT_OUT = new Set(["node_modules", ".git", ".ci", "bench", "docs", "packages", "tests"]);
const SEEDS = 3;

/** Plants each bug in a copy of the program and searches until it is found; answers whether all were. */
export async function runPlanted(root: string, orders: number, only = ""): Promise<boolean> {
  let caught = 0;
  const chosen = PLANTED_BUGS.filter(({ name }) => name.includes(only));
  for (const bug of chosen) {
    const found = await findBug(root, bug, orders);
    if (found) caught++;
    console.log(
      `${found ? "caught" : "MISSED"}  ${bug.name}: ${found ?? `not in ${orders} orders`}`,
    );
  }
  console.log(`\n${caught} of ${chosen.length} planted bugs caught`);
  return caught === chosen.length;
}

async function findBug(root: string, bug: PlantedBug, orders: number): Promise<string | undefined> {
  const program = await plantedProgram(root, bug);
  let placed = 0;
  for (let seed = 1; seed <= SEEDS && placed < orders; seed++) {
    const share = Math.ceil(orders / SEEDS);
    let text: string | undefined;
    const before = placed;
    await search(`planted ${seed}`, share, program, new Coverage(), (soFar, violations) => {
      placed = before + soFar.orders;
      const [first] = violations;
      if (first) text = `within ${placed} orders, by ${violationText(first).slice(0, 160)}`;
      return first !== undefined;
    });
    if (text) return text;
  }
  return undefined;
}

/** The program with a bug, to be searched. */
export async function plantedProgram(root: string, bug: PlantedBug): Promise<RecordedProgram> {
  const copy = mkdtempSync(join(tmpdir(), "commerce-planted-"));
  try {
    for (const part of readdirSync(root).filter((name) => !LEFT_OUT.has(name))) {
      cpSync(join(root, part), join(copy, part), { recursive: true });
    }
    symlinkSync(join(root, "node_modules"), join(copy, "node_modules"), "junction");
    const file = join(copy, bug.file);
    const before = readFileSync(file, "utf8");
    const after = bug.plant(before);
    if (after === before) throw new Error(`${bug.name}: ${bug.file} does not hold what it changes`);
    writeFileSync(file, after);
    const settings = { ...SETTINGS, "orders:workflow": "standard" };
    return await chaosProgram(copy, { settings });
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
