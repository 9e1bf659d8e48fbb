import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { ImportGraph } from "./import-graph.ts";
import { ROOT } from "./layers.ts";
import { readTouched } from "./touched.ts";

// What decides on everything.
const FOR_ALL =
  /^(package(-lock)?\.json|packages\/[^/]+\/package\.json|tsconfig\.json|tests\/(run\.ts|runner\/.*)|cli\/run\.mjs)$/;
// Only what names a document reads it.
const DOCUMENT = /\.(md|txt)$|^(\.github|\.ci|\.vscode)\/|^LICENSE$/;
// These read the repository as a whole.
const READS_ALL = /ls-files|readdirSync\(ROOT|cruise\(/;

/** Which test files are to run, and why. */
export interface Choice {
  files: string[];
  why: string;
}

/** Files that differ from the commit that is named, or are new, by their path from the repository's folder. */
export function changedFiles(since = "HEAD"): string[] {
  const git = (...args: string[]) =>
    execFileSync("git", args, { cwd: ROOT, encoding: "utf8" }).split("\n").filter(Boolean);
  return [
    ...new Set([
      ...git("diff", "--name-only", since),
      ...git("ls-files", "--others", "--exclude-standard"),
    ]),
  ].sort();
}

/** The test files that a change may turn red; all of them when that cannot be told. */
export function testsOf(
  changed: readonly string[],
  tests: readonly string[],
  graph: ImportGraph,
): Choice {
  if (changed.length === 0) return { files: [], why: "nothing changed" };
  const forAll = changed.find((file) => FOR_ALL.test(file));
  if (forAll) return { files: [...tests], why: `${forAll} decides on all` };
  const needs = (test: string, file: string) => {
    const closure = graph.closure(test);
    if (closure.has(file)) return true;
    if (DOCUMENT.test(file)) return graph.mentions(test, basename(file).replace(/\.\w+$/, ""));
    return [...closure.keys()].some((path) => path.endsWith("/") && file.startsWith(path));
  };
  const unknown = changed.find(
    (file) => !DOCUMENT.test(file) && !tests.some((test) => needs(test, file)),
  );
  if (unknown) return { files: [...tests], why: `nothing tells which tests ${unknown} touches` };
  const files = tests.filter((test) => {
    if (READS_ALL.test(readFileSync(join(ROOT, test), "utf8"))) return true;
    const touched = readTouched(test);
    return changed.some((file) => {
      if (!needs(test, file)) return false;
      // A stack carries every handler, but a test runs few of them; which, its last run has told.
      const onlyCarried = file.startsWith("handlers/") && !graph.imported(test).has(file);
      return !(onlyCarried && touched && !touched.has(file));
    });
  });
  return { files, why: `${changed.length} changed` };
}
