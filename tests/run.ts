import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";

// One process for each test file: Pulumi's mocks and a function's environment are global to a process.
const ROOT = join(import.meta.dirname, "..");
const LAYERS: Record<string, string[]> = {
  packages: ["packages/lambda-bundler/tests", "packages/local-aws/tests"],
  unit: ["tests/handlers", "tests/cli", "tests/storefront"],
  infra: ["tests/infra"],
  e2e: ["tests/e2e"],
  chaos: ["tests/chaos"],
};
const MAX_FILE_MS = 600_000;

interface FileResult {
  passed: number;
  failed: number;
  skipped: number;
}

// Ended with all that they have started, whatever ends them: a group of their own, where there are groups.
const GROUPS = process.platform !== "win32";
const running = new Set<ChildProcess>();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    for (const child of running) endGroup(child);
    process.exit(1);
  });
}

const [layer, filter = ""] = process.argv.slice(2);
if (layer && !LAYERS[layer]) {
  console.error(`no test layer "${layer}"; there are: ${Object.keys(LAYERS).join(", ")}`);
  process.exit(2);
}
const files = (layer ? (LAYERS[layer] ?? []) : Object.values(LAYERS).flat())
  .flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).map((file) =>
      join(folder, file),
    ),
  )
  .filter((file) => file.endsWith(".test.ts") && file.includes(filter));
if (files.length === 0) {
  console.error(`no test file matches "${filter}"`);
  process.exit(2);
}

const started = performance.now();
const results: FileResult[] = [];
const waiting = [...files];
await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, worker));

const sum = (pick: (result: FileResult) => number) => results.reduce((n, r) => n + pick(r), 0);
const failed = sum((result) => result.failed);
const skipped = sum((result) => result.skipped);
const seconds = ((performance.now() - started) / 1000).toFixed(1);
console.log(`\n${files.length} files in ${seconds} s`);
console.log(
  `${sum((result) => result.passed)} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ""}`,
);
process.exitCode = failed > 0 ? 1 : 0;

async function worker(): Promise<void> {
  for (let file = waiting.shift(); file; file = waiting.shift()) {
    results.push(await runFile(file));
  }
}

function runFile(file: string): Promise<FileResult> {
  return new Promise((resolve) => {
    const began = performance.now();
    const child = spawn(process.execPath, [join(ROOT, file)], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, NO_COLOR: "1" },
      detached: GROUPS,
    });
    running.add(child);
    let output = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    child.stderr.on("data", (chunk) => (output += chunk));
    const overdue = setTimeout(() => {
      output += `\nstopped: it ran longer than ${MAX_FILE_MS / 1000} s`;
      endGroup(child);
    }, MAX_FILE_MS);
    // What is left of a file's processes when it ends would also keep its output open.
    child.on("exit", () => endGroup(child));
    child.on("close", (code) => {
      running.delete(child);
      clearTimeout(overdue);
      resolve(report(file, output, code, performance.now() - began));
    });
  });
}

function endGroup(child: ChildProcess): void {
  try {
    if (GROUPS && child.pid) process.kill(-child.pid, "SIGKILL");
    else child.kill("SIGKILL");
  } catch {
    // All of it has ended.
  }
}

function report(file: string, output: string, code: number | null, ms: number): FileResult {
  const count = (label: string) =>
    [...output.matchAll(new RegExp(`^\\s*${label}:\\s+(\\d+)`, "gm"))].reduce(
      (n, match) => n + Number(match[1]),
      0,
    );
  const total = count("Total");
  const passed = count("Passed");
  const skipped = count("Skipped");
  // A file that crashed, or that forgot test.run(), must not count as green.
  const broken = total === 0 || (code !== 0 && passed + skipped === total);
  const failed = total - passed - skipped + (broken ? 1 : 0);
  const mark = failed > 0 ? "✗" : "✓";
  console.log(`${mark} ${file.replaceAll("\\", "/")}  ${passed}/${total}  ${Math.round(ms)} ms`);
  // What a file has counted is worth reading where all is well, too.
  for (const [, figures] of output.matchAll(/figures: (.*)$/gm)) console.log(`  ${figures}`);
  if (failed > 0) {
    console.log(total === 0 ? `${output}\n(no test was run; exit code ${code})` : output);
  }
  return { passed, failed, skipped };
}
