import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "./layers.ts";
import { END, START } from "./marks.ts";

const MAX_FILE_MS = 600_000;
const GROUP = join(import.meta.dirname, "group.ts");

/** How a test file ended. */
export interface FileResult {
  file: string;
  passed: number;
  failed: number;
  skipped: number;
  ms: number;
  /** What it printed. */
  output: string;
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

/**
 * Runs test files one after the other in a process of their own, and tells how each of them ended. What a process has
 * left to do when one of them crashes is done in another.
 *
 * @param maxFileMs A file that runs longer is stopped, and fails.
 */
export async function runFiles(
  files: readonly string[],
  report: (result: FileResult) => void,
  maxFileMs = MAX_FILE_MS,
): Promise<void> {
  let left = [...files];
  while (left.length > 0) {
    const done = await runProcess(left, report, maxFileMs);
    left = left.slice(done);
  }
}

/** Answers how many of the files are done. */
function runProcess(
  files: readonly string[],
  report: (result: FileResult) => void,
  maxFileMs: number,
): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [GROUP, ...files], {
      cwd: ROOT,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, NO_COLOR: "1" },
      detached: GROUPS,
    });
    running.add(child);
    let done = 0;
    let output = "";
    let began = performance.now();
    let overdue: NodeJS.Timeout;
    const watch = () => {
      clearTimeout(overdue);
      overdue = setTimeout(() => {
        output += `\nstopped: it ran longer than ${maxFileMs / 1000} s`;
        endGroup(child);
      }, maxFileMs);
    };
    watch();
    const read = (chunk: string) => {
      output += chunk;
      for (let end = endIn(output); end; end = endIn(output)) {
        const { file, ms, exitCode } = JSON.parse(end.json);
        report(resultOf(file, end.before, exitCode, ms));
        output = end.after;
        done++;
        began = performance.now();
        watch();
      }
    };
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", read);
    // What is left of its processes when it ends would also keep its output open.
    child.on("exit", () => endGroup(child));
    child.on("close", (code) => {
      running.delete(child);
      clearTimeout(overdue);
      const file = files[done];
      if (file !== undefined) {
        report(resultOf(file, output, code ?? 1, performance.now() - began));
      } else if (code !== 0) {
        // All were told to have ended, and then the process failed, or did not end by itself.
        const last = files.at(-1) ?? "";
        report({ file: last, passed: 0, failed: 1, skipped: 0, ms: 0, output });
      }
      resolve(file === undefined ? done : done + 1);
    });
  });
}

/** What comes before and after the mark of a file's end, once it is there. */
function endIn(output: string): { before: string; json: string; after: string } | undefined {
  const start = output.indexOf(END);
  const end = output.indexOf("\n", start);
  if (start < 0 || end < 0) return undefined;
  const json = output.slice(start + END.length, end);
  return { before: output.slice(0, start), json, after: output.slice(end + 1) };
}

function endGroup(child: ChildProcess): void {
  try {
    if (GROUPS && child.pid) process.kill(-child.pid, "SIGKILL");
    else child.kill("SIGKILL");
  } catch {
    // All of it has ended.
  }
}

/** Reads the summary that uvu prints. */
function resultOf(file: string, output: string, code: number, ms: number): FileResult {
  const text = output.replace(`${START}${file}\n`, "");
  const count = (label: string) =>
    [...text.matchAll(new RegExp(`^\\s*${label}:\\s+(\\d+)`, "gm"))].reduce(
      (n, match) => n + Number(match[1]),
      0,
    );
  const total = count("Total");
  const passed = count("Passed");
  const skipped = count("Skipped");
  // A file that crashed, or that forgot test.run(), must not count as green.
  const broken = total === 0 || (code !== 0 && passed + skipped === total);
  const failed = total - passed - skipped + (broken ? 1 : 0);
  const none = total === 0 ? `\n(no test was run; exit code ${code})` : "";
  return { file, passed, failed, skipped, ms, output: text + none };
}
