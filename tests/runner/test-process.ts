import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "./layers.ts";
import { END, START, type TestOrder } from "./marks.ts";

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

/** A process that runs test files, one at a time. */
export class TestProcess {
  readonly #child: ChildProcess;
  readonly #closed: Promise<number>;
  readonly #maxFileMs: number;
  #output = "";
  #began = 0;
  #file = "";
  #answer: ((result: FileResult) => void) | undefined;
  /** Whether it can run no more files. */
  over = false;
  /** Memory that it held after its last file, in bytes. */
  rss = 0;

  /** @param maxFileMs A file that runs longer is stopped, and fails. */
  constructor(maxFileMs: number) {
    this.#maxFileMs = maxFileMs;
    const child = spawn(process.execPath, [GROUP], {
      cwd: ROOT,
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      env: { ...process.env, NO_COLOR: "1" },
      detached: GROUPS,
    });
    this.#child = child;
    running.add(child);
    const read = (chunk: string) => this.#read(chunk);
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", read);
    // What is left of its processes when it ends would also keep its output open.
    child.on("exit", () => endGroup(child));
    this.#closed = new Promise((resolve) => {
      child.on("close", (code) => {
        running.delete(child);
        this.over = true;
        resolve(code ?? 1);
        this.#answer?.(
          resultOf(this.#file, this.#output, code ?? 1, performance.now() - this.#began),
        );
      });
    });
  }

  /** Runs a file. A process that ends before the file does is over. @param alone Whether it runs no more after it. */
  async run(file: string, alone: boolean): Promise<FileResult> {
    this.#file = file;
    this.#began = performance.now();
    const overdue = this.#stopAfter(this.#maxFileMs);
    const result = await new Promise<FileResult>((resolve) => {
      this.#answer = resolve;
      this.#tell({ file, last: alone });
    });
    clearTimeout(overdue);
    this.#answer = undefined;
    return result;
  }

  /** Lets the process end by itself. Answers a red result where it does not, or ends in failure. */
  async end(): Promise<FileResult | undefined> {
    if (this.over) return undefined;
    if (this.#child.connected) this.#tell({ last: true });
    const overdue = this.#stopAfter(this.#maxFileMs);
    const code = await this.#closed;
    clearTimeout(overdue);
    if (code === 0) return undefined;
    return { file: this.#file, passed: 0, failed: 1, skipped: 0, ms: 0, output: this.#output };
  }

  #tell(order: TestOrder): void {
    this.#child.send(order, () => {
      // A process that is gone closes, which answers for it.
    });
  }

  #stopAfter(ms: number): NodeJS.Timeout {
    return setTimeout(() => {
      this.#output += `\nstopped: it ran longer than ${ms / 1000} s`;
      endGroup(this.#child);
    }, ms);
  }

  #read(chunk: string): void {
    this.#output += chunk;
    const start = this.#output.indexOf(END);
    const end = this.#output.indexOf("\n", start);
    if (start < 0 || end < 0) return;
    const { ms, exitCode, rss } = JSON.parse(this.#output.slice(start + END.length, end));
    const printed = this.#output.slice(0, start);
    this.#output = this.#output.slice(end + 1);
    this.rss = rss;
    this.#answer?.(resultOf(this.#file, printed, exitCode, ms));
  }
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
