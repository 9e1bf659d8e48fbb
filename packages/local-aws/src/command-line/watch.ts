import { watch } from "node:fs";
import { join } from "node:path";
import type { Runtime } from "../runtime/runtime.ts";
import type { ConsoleLog } from "./console.ts";

// Editors write a file in several steps.
const SETTLE_MS = 80;

/** Puts saved changes in `handlers/` into effect; the answer stops it. */
export function watchHandlers(root: string, runtime: Runtime, log: ConsoleLog): () => void {
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  const watcher = watch(join(root, "handlers"), { recursive: true }, (_event, file) => {
    if (!file?.endsWith(".ts")) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      running = running.then(() => reload(runtime, log));
    }, SETTLE_MS);
  });
  return () => {
    clearTimeout(timer);
    watcher.close();
  };
}

async function reload(runtime: Runtime, log: ConsoleLog): Promise<void> {
  const began = performance.now();
  try {
    const { changed, restartNeeded } = await runtime.reload();
    const ms = Math.round(performance.now() - began);
    if (changed.length > 0) log.say(`reloaded in ${ms} ms: ${changed.join(", ")}`);
    if (restartNeeded.length > 0) {
      log.say(`changed too, but only a restart puts it into effect: ${restartNeeded.join(", ")}`);
    }
  } catch (error) {
    log.say(`not reloaded, the old code goes on running: ${(error as Error).message}`);
  }
}
