import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A stack that runs on this machine. */
export interface RunningStack {
  /** Its process. */
  pid: number;
  /** What it is called, e.g. `commerce-backend/dev`. */
  name: string;
  awsEndpoint: string;
  /** Milliseconds since the epoch. */
  started: number;
}

/** Lets commands find a stack of the program in a folder while this process runs; returns a function that stops it. */
export function announceStack(root: string, stack: Omit<RunningStack, "pid">): () => void {
  const folder = folderOf(root);
  const file = join(folder, `${process.pid}.json`);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, JSON.stringify({ pid: process.pid, ...stack }));
  } catch {
    // A folder that cannot be written: commands then need the port.
  }
  return () => rmSync(file, { force: true });
}

/** The running stacks of the program in a folder, the one that was started last first. */
export function runningStacks(root: string): RunningStack[] {
  const folder = folderOf(root);
  let files: string[];
  try {
    files = readdirSync(folder);
  } catch {
    return [];
  }
  return files
    .flatMap((file): RunningStack[] => {
      try {
        const stack: RunningStack = JSON.parse(readFileSync(join(folder, file), "utf8"));
        // Signal 0 is not sent; it fails when there is no such process.
        process.kill(stack.pid, 0);
        return [stack];
      } catch {
        return [];
      }
    })
    .sort((a, b) => b.started - a.started);
}

function folderOf(root: string): string {
  return join(root, "node_modules", ".cache", "local-aws", "running");
}
