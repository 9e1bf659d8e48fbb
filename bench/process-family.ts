import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Memory of several processes, in megabytes. */
export interface Memory {
  /** Resident sets, added up: what processes share counts for each of them. */
  resident: number;
  /** The same with shared pages split between those who share them. Only Linux tells. */
  proportional: number | undefined;
}

/** A process and everything that it started. */
export interface ProcessFamily {
  memory: Memory;
  /** How many of them run a function. */
  functions: number;
}

/** Processor time, in milliseconds. */
export interface CpuTime {
  /** Of the process itself. */
  own: number;
  /** Of all that it has started, whether or not it still runs. */
  started: number;
}

const FUNCTION_PROCESS = "lambda/bootstrap.mjs";

/** Looks at a process and everything that it started. */
export function processFamily(root: number): ProcessFamily {
  const rows = execFileSync("ps", ["-A", "-o", "pid=,ppid=,rss=,args="], {
    encoding: "utf8",
    maxBuffer: 16 * 1024 * 1024,
  })
    .split("\n")
    .flatMap((row) => {
      const [, pid, parent, rss, args = ""] = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(.*)$/.exec(row) ?? [];
      return pid ? [{ pid: Number(pid), parent: Number(parent), rss: Number(rss), args }] : [];
    });
  const family = new Set([root]);
  for (let size = 0; size < family.size; ) {
    size = family.size;
    for (const { pid, parent } of rows) if (family.has(parent)) family.add(pid);
  }
  const members = rows.filter(({ pid }) => family.has(pid));
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  const proportional = sum(members.map(({ pid }) => proportionalKilobytes(pid)));
  return {
    memory: {
      resident: sum(members.map(({ rss }) => rss)) / 1024,
      proportional: Number.isNaN(proportional) ? undefined : proportional / 1024,
    },
    functions: members.filter(({ args }) => args.includes(FUNCTION_PROCESS)).length,
  };
}

// Linux counts in ticks, of which there are a hundred a second on every machine that Node.js runs on.
const TICK_MS = 10;

/** The processor time that a process and its children have used; undefined elsewhere than on Linux. */
export function cpuTime(root: number): CpuTime | undefined {
  const own = cpuTicks(root);
  if (!own) return undefined;
  let started = own.waitedFor;
  for (const pid of childrenOf(root)) {
    const child = cpuTicks(pid);
    started += (child?.own ?? 0) + (child?.waitedFor ?? 0);
  }
  return { own: own.own * TICK_MS, started: started * TICK_MS };
}

function childrenOf(pid: number): number[] {
  const rows = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" });
  return rows.split("\n").flatMap((row) => {
    const [child, parent] = row.trim().split(/\s+/).map(Number);
    return parent === pid && child ? [child] : [];
  });
}

function cpuTicks(pid: number): { own: number; waitedFor: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name of the program, in brackets, may have spaces; user and system time are the 14th and 15th field.
    const fields = stat
      .slice(stat.lastIndexOf(")") + 2)
      .split(" ")
      .map(Number);
    const [user = 0, system = 0, childUser = 0, childSystem = 0] = fields.slice(11, 15);
    return { own: user + system, waitedFor: childUser + childSystem };
  } catch {
    return undefined;
  }
}

function proportionalKilobytes(pid: number): number {
  let rollup: string;
  try {
    rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  } catch (error) {
    // It has ended since it was listed; elsewhere than on Linux there is no such file.
    return process.platform === "linux" && isGone(error) ? 0 : Number.NaN;
  }
  return Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1] ?? 0);
}

function isGone(error: unknown): boolean {
  return ["ENOENT", "ESRCH"].includes(`${(error as NodeJS.ErrnoException).code}`);
}
