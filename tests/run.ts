import { availableParallelism } from "node:os";
import { didYouMean, readArguments } from "command-text";
import { changedFiles, testsOf } from "./runner/changed.ts";
import { ImportGraph } from "./runner/import-graph.ts";
import { LAYERS, testFiles } from "./runner/layers.ts";
import { nearest } from "./runner/nearest.ts";
import { changesProcess, inOrder } from "./runner/plan.ts";
import { runFiles } from "./runner/run-files.ts";
import type { FileResult } from "./runner/test-process.ts";
import { keepTimes, readTimes } from "./runner/times.ts";
import { keepTouched } from "./runner/touched.ts";

// Processes start, and wait for the last one.
const FILLED = 0.8;
const HELP = `Runs the tests, and prints a line for each test file.

  npm test -- [LAYER] [FILTER] [options]

  LAYER              ${Object.keys(LAYERS).join(", ")}; "" or none for all of them
  FILTER             a part of the paths of the test files to run
  --changed          what your changes since the last commit may turn red, the nearest first; all, when that cannot be told
  --since COMMIT     with --changed: since that commit, e.g. main
  --within SECONDS   with --changed: as many as take so long, by their last run; 0 for no limit [30]
  --alone            each test file in a process of its own
  --help             this text
`;

const { values, positionals } = readArguments({
  help: HELP,
  maxPositionals: 2,
  options: {
    changed: { type: "boolean", default: false },
    since: { type: "string", default: "HEAD" },
    within: { type: "string", default: "30" },
    alone: { type: "boolean", default: false },
  },
});
const [layer = "", filter = ""] = positionals;
if (layer && !LAYERS[layer]) {
  const names = Object.keys(LAYERS);
  console.error(
    `there is no layer "${layer}" of tests${didYouMean(layer, names) || `; there are: ${names.join(", ")}`}`,
  );
  process.exit(2);
}
const started = performance.now();
let files = testFiles(layer).filter((file) => file.includes(filter));
if (files.length === 0) {
  console.error(`no test file matches "${filter}"`);
  process.exit(2);
}
const within = Number(values.within);
if (!(within >= 0)) {
  console.error(`--within is "${values.within}", but must be a number of seconds, e.g. 30`);
  process.exit(2);
}
const WORKERS = Math.max(2, availableParallelism());
const times = readTimes();
const graph = await ImportGraph.of(files);
let left: string[] = [];
if (values.changed) {
  const changed = changedFiles(values.since);
  const choice = testsOf(changed, files, graph);
  const mayBeLeft = within > 0 && choice.files.length < files.length;
  const near = nearest(choice.files, changed, graph, times, within * 1000 * WORKERS * FILLED);
  console.log(`${choice.files.length} of ${files.length} test files: ${choice.why}\n`);
  files = mayBeLeft ? near.files : choice.files;
  left = mayBeLeft ? near.left : [];
}

const results: FileResult[] = [];
const waiting = inOrder(files, times).values();
const alone = (file: string) => values.alone || changesProcess(file, graph);
await Promise.all(
  // Each takes the next file when it has ended one.
  Array.from({ length: WORKERS }, () => runFiles(takeFrom(waiting), report, { alone })),
);
keepTimes(Object.fromEntries(results.map(({ file, ms }) => [file, Math.round(ms)])));

const sum = (pick: (result: FileResult) => number) => results.reduce((n, r) => n + pick(r), 0);
const failed = sum((result) => result.failed);
const skipped = sum((result) => result.skipped);
const seconds = ((performance.now() - started) / 1000).toFixed(1);
console.log(`\n${files.length} files in ${seconds} s`);
if (left.length > 0) {
  console.log(
    `${left.length} more may be touched and were left out, as they take longer than ${within} s; to run them too: npm test -- --changed --within 0`,
  );
}
console.log(
  `${sum((result) => result.passed)} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ""}`,
);
process.exitCode = failed > 0 ? 1 : 0;

function* takeFrom(shared: Iterator<string>): Generator<string> {
  for (let next = shared.next(); !next.done; next = shared.next()) yield next.value;
}

function report(result: FileResult): void {
  results.push(result);
  const { file, passed, failed, skipped, ms, output } = result;
  const mark = failed > 0 ? "✗" : "✓";
  console.log(`${mark} ${file}  ${passed}/${passed + failed + skipped}  ${Math.round(ms)} ms`);
  if (failed > 0) console.log(output);
  else keepTouched(file);
}
