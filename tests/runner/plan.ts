import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ImportGraph } from "./import-graph.ts";
import { layerOf, ROOT } from "./layers.ts";

// What a test file changes for all that run in its process.
const CHANGES_PROCESS =
  /process\.(env\b|chdir|exit\b|exitCode|on\(|once\(|kill|umask)|globalThis|Error\.stackTraceLimit|process\.getActiveResourcesInfo/;
const MAX_TOGETHER = 12;

/**
 * Test files by the process that they run in. Those that change their process, or hold on to what it gives them once,
 * run alone; so does the whole stack, whose tests are slow enough to be worth a process.
 */
export function planProcesses(files: readonly string[], graph: ImportGraph): string[][] {
  const alone: string[][] = [];
  const together = new Map<string, string[]>();
  for (const file of files) {
    const layer = layerOf(file);
    if (layer === "e2e" || layer === "chaos" || changesProcess(file, graph)) alone.push([file]);
    else together.set(layer, [...(together.get(layer) ?? []), file]);
  }
  const groups = [...together.values()].flatMap((group) => {
    const count = Math.max(2, Math.ceil(group.length / MAX_TOGETHER));
    const parts = Array.from({ length: Math.min(count, group.length) }, (): string[] => []);
    for (const [index, file] of group.entries()) parts[index % parts.length]?.push(file);
    return parts;
  });
  // Slow ones first, so that none of them is what everything waits for in the end.
  const weight = ([file = ""]: string[]) => ["chaos", "e2e"].indexOf(layerOf(file));
  return [...groups, ...alone].sort((a, b) => rank(weight(a)) - rank(weight(b)));
}

function rank(index: number): number {
  return index < 0 ? Number.MAX_SAFE_INTEGER : index;
}

function changesProcess(file: string, graph: ImportGraph): boolean {
  return [...graph.imported(file)].some(
    (path) =>
      /(^|\/)tests\//.test(path) && CHANGES_PROCESS.test(readFileSync(join(ROOT, path), "utf8")),
  );
}
