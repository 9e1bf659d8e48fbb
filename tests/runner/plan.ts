import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ImportGraph } from "./import-graph.ts";
import { layerOf, ROOT } from "./layers.ts";
import type { Times } from "./times.ts";

// What a test file changes for all that run in its process. Reading a variable changes nothing.
const CHANGES_PROCESS =
  /process\.(env(\.\w+|\[[^\]]*\])?\s*(\?\?)?=[^=]|chdir|exit\b|exitCode|on\(|once\(|kill|umask)|(delete|assign\()\s*process\.env|globalThis|Error\.stackTraceLimit|process\.getActiveResourcesInfo/;
// Layers whose files take longest, for the first run in a checkout.
const LONG_LAYERS = ["chaos", "e2e", "infra"];

/** Test files, those that take longest first: none of them is what everything waits for in the end. */
export function inOrder(files: readonly string[], times: Times): string[] {
  const weight = (file: string) => {
    const rank = LONG_LAYERS.indexOf(layerOf(file));
    return times[file] ?? (rank < 0 ? 0 : Number.MAX_SAFE_INTEGER - rank);
  };
  return [...files].sort((a, b) => weight(b) - weight(a));
}

/** Whether a test file changes its process, or listens to it: it runs in one of its own. */
export function changesProcess(file: string, graph: ImportGraph): boolean {
  return [...graph.imported(file)].some(
    (path) =>
      /(^|\/)tests\//.test(path) && CHANGES_PROCESS.test(readFileSync(join(ROOT, path), "utf8")),
  );
}
