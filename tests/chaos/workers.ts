import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { ProgramOptions } from "./program.ts";
import type { SeedResult, SeedTask } from "./seed-worker.ts";

const WORKER = join(import.meta.dirname, "seed-worker.ts");

/**
 * Searches with many seeds, in as many processes as there are workers. `onResult` is told of each, in the order in which
 * they end.
 *
 * @throws Error where a worker ends by itself.
 */
export async function runSeeds(
  tasks: readonly SeedTask[],
  program: ProgramOptions,
  workers: number,
  onResult: (result: SeedResult) => void | Promise<void>,
): Promise<void> {
  const waiting = [...tasks];
  const work = async () => {
    if (waiting.length === 0) return;
    const worker = fork(WORKER, [JSON.stringify(program)], {
      serialization: "advanced",
      // Nearly all that a round allocates is short-lived.
      execArgv: [...process.execArgv, "--max-semi-space-size=64"],
    });
    try {
      for (let task = waiting.shift(); task; task = waiting.shift()) {
        await onResult(await ask(worker, task));
      }
    } finally {
      worker.kill();
    }
  };
  await Promise.all(Array.from({ length: Math.min(workers, tasks.length) }, work));
}

async function ask(worker: ChildProcess, task: SeedTask): Promise<SeedResult> {
  const ended = new AbortController();
  const { signal } = ended;
  worker.send(task);
  try {
    return await Promise.race([
      once(worker, "message", { signal }).then(([result]) => result as SeedResult),
      once(worker, "exit", { signal }).then(([code]) => {
        throw new Error(`the worker that searched with seed ${task.seed} ended with ${code}`);
      }),
    ]);
  } finally {
    ended.abort();
  }
}
