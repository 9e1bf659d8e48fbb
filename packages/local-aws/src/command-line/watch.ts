import { watch } from "node:fs";
import { join } from "node:path";
import { unattended } from "../kernel/unattended.ts";
import type { Runtime } from "../runtime/runtime.ts";

// Editors write a file in several steps.
const SETTLE_MS = 80;

/** Puts TypeScript files that are saved in these folders into effect; the answer stops it. */
export function watchFolders(
  root: string,
  folders: readonly string[],
  runtime: Runtime,
  say: (text: string) => void,
): () => void {
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  const watchers = folders.map((folder) =>
    watch(join(root, folder), { recursive: true }, (_event, file) => {
      if (!file?.endsWith(".ts")) return;
      clearTimeout(timer);
      timer = setTimeout(() => {
        running = running.then(() => reload(runtime, say));
        unattended("reloading the program", () => running);
      }, SETTLE_MS);
    }),
  );
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}

async function reload(runtime: Runtime, say: (text: string) => void): Promise<void> {
  const began = performance.now();
  try {
    const { changed, restartNeeded } = await runtime.reload();
    const ms = Math.round(performance.now() - began);
    if (changed.length > 0) say(`reloaded in ${ms} ms: ${changed.join(", ")}`);
    if (restartNeeded.length > 0) {
      say(`changed, but takes effect only after a restart: ${restartNeeded.join(", ")}`);
    }
  } catch (error) {
    say(`not reloaded; the old code keeps running: ${(error as Error).message}`);
  }
}
