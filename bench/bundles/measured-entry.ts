import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { functionBundler } from "../../infra/aws/function-code.ts";
import type { FakeAws } from "./fake-aws.ts";
import { environment, firstCalls, refusals } from "./first-calls.ts";

const CHILD = join(import.meta.dirname, "first-call-child.ts");
const run = promisify(execFile);

/** One way to bundle an entry, and what was measured of it. */
export interface Variant {
  file: string;
  bytes: number;
  gzip: number;
  /** Milliseconds, one of each per round. */
  imports: number[];
  firsts: number[];
}

/** One function, bundled as is usual and as this project does. */
export interface MeasuredEntry {
  entry: string;
  /** Whether it brings the AWS SDK along. */
  usesSdk: boolean;
  /** Size of the usual bundle when it is not minified. */
  plainBytes: number;
  usual: Variant;
  lean: Variant;
}

/** Bundles an entry both ways into a folder of its own. */
export async function prepared(
  root: string,
  entry: string,
  folder: string,
): Promise<MeasuredEntry> {
  if (!(entry in firstCalls)) {
    throw new Error(
      `${entry}: its first call is not known; add it to bench/bundles/first-calls.ts`,
    );
  }
  const usual = await esbuildDefault(root, entry, true);
  const plain = await esbuildDefault(root, entry, false);
  const { code } = await functionBundler.bundle(entry);
  mkdirSync(folder, { recursive: true });
  return {
    entry,
    usesSdk: usual.includes("AWS_ENDPOINT_URL"),
    plainBytes: Buffer.byteLength(plain),
    usual: written(join(folder, "index.cjs"), usual),
    lean: written(join(folder, "index.mjs"), code),
  };
}

async function esbuildDefault(root: string, entry: string, minify: boolean): Promise<string> {
  const options = { bundle: true, platform: "node", write: false, logLevel: "silent" } as const;
  const { outputFiles } = await build({
    ...options,
    minify,
    absWorkingDir: root,
    entryPoints: [entry],
  });
  return outputFiles[0]?.text ?? "";
}

function written(file: string, code: string): Variant {
  writeFileSync(file, code);
  const { length } = gzipSync(code, { level: 9 });
  return { file, bytes: Buffer.byteLength(code), gzip: length, imports: [], firsts: [] };
}

/** Loads and calls a bundle in a fresh process, and notes how long it took if it counts. */
export async function measure(
  entry: string,
  variant: Variant,
  aws: FakeAws,
  counts: boolean,
): Promise<void> {
  const args = [CHILD, variant.file, JSON.stringify(firstCalls[entry])];
  const { stdout } = await run(process.execPath, args, {
    env: {
      ...environment(aws.url),
      PATH: process.env["PATH"],
      // Windows opens no socket without it.
      SystemRoot: process.env["SystemRoot"],
      AWS_REGION: "eu-central-1",
      AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_SESSION_TOKEN: "token",
      AWS_LAMBDA_FUNCTION_NAME: "function",
      AWS_ENDPOINT_URL: aws.url,
      NODE_EXTRA_CA_CERTS: aws.certificateFile,
    },
  });
  // Metrics are lines of the output too; the last one is the child's own.
  const measured = JSON.parse(stdout.slice(stdout.lastIndexOf("\n") + 1));
  if (measured.statusCode >= 400 && measured.statusCode !== refusals[entry]) {
    throw new Error(`${entry}: ${variant.file} answered its first call ${measured.statusCode}`);
  }
  if (!counts) return;
  variant.imports.push(measured.import);
  variant.firsts.push(measured.first);
}
