import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { readArguments } from "command-text";
import { startFakeAws } from "./bundles/fake-aws.ts";
import { type MeasuredEntry, measure, prepared, type Variant } from "./bundles/measured-entry.ts";
import { ratioInterval } from "./bundles/ratio-interval.ts";
import { median } from "./median.ts";

const HELP = `How large each function's bundle is, and how long it takes a fresh process to load it and answer the first call,
against the bundle that esbuild makes of the same source by default (CommonJS, minified).

  npm run bench:bundles -- [ENTRY ...] [options]

  ENTRY        entry files, e.g. handlers/customers/put-customer.ts   (all of them)
  --rounds N   fresh processes for each bundle                        (11)
  --help       this text

Both are measured in one run, round by round in turn, over TLS and with signed requests; the first round is thrown away.
`;
const LIMITS = { size: 0.3, time: 0.55 };
// A function that brings no SDK along has nothing to lose: its bundle must not be larger. Node.js loads an ES module
// through promises, which takes some tenths of a millisecond longer than require does.
const PLAIN_SLACK_MS = 0.5;

const ROOT = join(import.meta.dirname, "..");
const { values, positionals } = readArguments({
  help: HELP,
  maxPositionals: Number.POSITIVE_INFINITY,
  options: { rounds: { type: "string", default: "11" } },
});
const rounds = Number(values.rounds);
const entries = positionals.length > 0 ? positionals : functions();

const folder = mkdtempSync(join(tmpdir(), "bundles-"));
const aws = await startFakeAws(folder);
try {
  const measured: MeasuredEntry[] = [];
  for (const [n, entry] of entries.entries()) {
    measured.push(await prepared(ROOT, entry, join(folder, String(n))));
  }
  for (let round = 0; round <= rounds; round++) {
    for (const { entry, usual, lean } of measured) {
      const order = round % 2 === 0 ? [usual, lean] : [lean, usual];
      for (const variant of order) await measure(entry, variant, aws, round > 0);
    }
  }
  report(measured);
} finally {
  aws.stop();
  rmSync(folder, { recursive: true });
}

/** Entry files of all functions. */
function functions(): string[] {
  return globSync("handlers/**/*.ts", { cwd: ROOT })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => /^export (const|(async )?function) handler\b/m.test(source(path)))
    .sort();
}

function source(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

function report(measured: readonly MeasuredEntry[]): void {
  const columns = ["bytes", "gzip", "import", "first call", "sum"];
  console.log("".padEnd(12) + columns.map((name) => name.padStart(12)).join(""));
  for (const { entry, usesSdk, plainBytes, usual, lean } of measured) {
    const [usualMs, leanMs] = [median(sums(usual)), median(sums(lean))];
    const [low, high] = ratioInterval(sums(lean), sums(usual));
    const size = lean.bytes / usual.bytes;
    const time = leanMs / usualMs;
    console.log(`\n${entry}`);
    console.log(`${line("default", usual)}   (${plainBytes} bytes if not minified)`);
    console.log(line("ours", lean));
    console.log(`ours/default: size ${percent(size)}, time ${percent(time)}`);
    console.log(`95 % interval of the time: ${percent(low)} to ${percent(high)}`);
    const limits = usesSdk ? LIMITS : { size: 1, time: 1 + PLAIN_SLACK_MS / usualMs };
    judge("size", size, limits.size);
    // A few milliseconds vary more from process to process than the two bundles differ: such a function counts as
    // slower only where the whole interval says so.
    judge("import and first call", usesSdk ? time : low, limits.time);
  }
  const machine = `${cpus()[0]?.model}, Node.js ${process.version}`;
  console.log(`\ntimes are medians of ${rounds} fresh processes each; ${machine}`);
}

function judge(what: string, ratio: number, limit: number): void {
  if (ratio <= limit) return;
  console.log(`OVER THE LIMIT: ${what} is ${percent(ratio)}, allowed ${percent(limit)}`);
  process.exitCode = 1;
}

function line(name: string, { bytes, gzip, imports, firsts }: Variant): string {
  const times = [median(imports), median(firsts), median(sums({ imports, firsts }))];
  const cells = [String(bytes), String(gzip), ...times.map((ms) => `${ms.toFixed(1)} ms`)];
  return name.padEnd(12) + cells.map((cell) => cell.padStart(12)).join("");
}

function sums({ imports, firsts }: Pick<Variant, "imports" | "firsts">): number[] {
  return imports.map((ms, round) => ms + (firsts[round] ?? Number.NaN));
}

function percent(ratio: number): string {
  return `${(100 * ratio).toFixed(1)} %`;
}
