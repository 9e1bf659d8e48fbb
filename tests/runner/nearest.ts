import type { ImportGraph } from "./import-graph.ts";
import { layerOf } from "./layers.ts";
import type { Times } from "./times.ts";

// What a file takes that has not run here yet.
const UNKNOWN_MS = 300;
const UNKNOWN_LONG_MS = 4_000;
const LONG_LAYERS = ["e2e", "chaos", "infra"];

/** Test files that are run, and those that are left out. */
export interface Nearest {
  files: string[];
  left: string[];
}

/**
 * The test files that are nearest to what has changed, as many as take so long together: first those that changed
 * themselves, which run however long they take, then those that lie in the tests where what changed lies in the source,
 * and then by the steps from one file to the next that lead from a test to what changed.
 */
export function nearest(
  files: readonly string[],
  changed: readonly string[],
  graph: ImportGraph,
  times: Times,
  budgetMs: number,
): Nearest {
  const ms = (file: string) =>
    times[file] ?? (LONG_LAYERS.includes(layerOf(file)) ? UNKNOWN_LONG_MS : UNKNOWN_MS);
  const ranked = files
    .map((file) => ({
      file,
      steps: Math.min(...changed.map((path) => steps(graph.closure(file), path))),
      beside: Math.max(...changed.map((path) => sharedFolders(file, path))),
    }))
    .sort(
      (a, b) =>
        Number(b.steps === 0) - Number(a.steps === 0) ||
        b.beside - a.beside ||
        a.steps - b.steps ||
        ms(a.file) - ms(b.file),
    );
  const nearby: Nearest = { files: [], left: [] };
  let sum = 0;
  for (const { file, steps } of ranked) {
    const fits = steps === 0 || sum + ms(file) <= budgetMs;
    if (fits) sum += ms(file);
    nearby[fits ? "files" : "left"].push(file);
  }
  return nearby;
}

function steps(closure: ReadonlyMap<string, number>, path: string): number {
  const direct = closure.get(path);
  if (direct !== undefined) return direct;
  const folders = [...closure].filter(([name]) => name.endsWith("/") && path.startsWith(name));
  // A test that reads it in another way, e.g. a document, is near enough.
  return folders.length > 0 ? Math.min(...folders.map(([, away]) => away + 1)) : 1;
}

/** How many parts of their paths a test and a source have in common: the tests lie as the source does. */
function sharedFolders(test: string, source: string): number {
  const [folders, others] = [test, source].map((path) =>
    path
      .replace(/(\.test)?\.\w+$/, "")
      .split("/")
      .filter((folder) => !["tests", "src", "services"].includes(folder)),
  ) as [string[], string[]];
  const differs = folders.findIndex((folder, index) => folder !== others[index]);
  return differs < 0 ? folders.length : differs;
}
