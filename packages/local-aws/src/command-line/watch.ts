import { join, resolve } from "node:path";
import { watch } from "chokidar";
import { unattended } from "../kernel/unattended.ts";
import type { Runtime } from "../runtime/runtime.ts";

// Editors write a file in several steps, and git writes many files.
const SETTLE_MS = 40;
const READ_BY_PROGRAMS = /\.(ts|mts|js|mjs|json|yaml)$/;
const MAX_NAMED = 3;

/**
 * Puts files of these folders into effect when they are saved, however an editor or git does that. Resolves, once
 * it watches, what stops it.
 *
 * @param paths Files and folders, from the program's folder.
 */
export async function watchFolders(
  root: string,
  paths: readonly string[],
  runtime: Runtime,
  say: (text: string) => void,
): Promise<() => Promise<void>> {
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  const changed = new Set<string>();
  const watcher = watch(
    paths.map((path) => join(root, path)),
    {
      ignoreInitial: true,
      ignored: (path, stats) => !!stats?.isFile() && !READ_BY_PROGRAMS.test(path),
    },
  );
  watcher.on("all", (_event, path) => {
    if (!READ_BY_PROGRAMS.test(path)) return;
    changed.add(resolve(path));
    clearTimeout(timer);
    timer = setTimeout(() => {
      const began = performance.now();
      const files = [...changed];
      changed.clear();
      running = running.then(() => reload(runtime, files, began, say));
      unattended("reloading the program", () => running);
    }, SETTLE_MS);
  });
  watcher.on("error", (error) => say(`files are not watched any more: ${error}`));
  await new Promise<void>((resolve) => watcher.once("ready", resolve));
  return async () => {
    clearTimeout(timer);
    await watcher.close();
  };
}

async function reload(
  runtime: Runtime,
  files: readonly string[],
  began: number,
  say: (text: string) => void,
): Promise<void> {
  try {
    const { changed, restartNeeded } = await runtime.reload(files);
    const ms = Math.round(performance.now() - began);
    if (changed.length > 0) say(`reloaded in ${ms} ms: ${changed.join(", ")}`);
    if (restartNeeded.length > 0) {
      const named = restartNeeded.slice(0, MAX_NAMED).join(", ");
      const more = restartNeeded.length - MAX_NAMED;
      say(`restart to put this into effect: ${named}${more > 0 ? ` and ${more} more` : ""}`);
    }
  } catch (error) {
    say(`not reloaded; the old code keeps running: ${(error as Error).message}`);
  }
}
