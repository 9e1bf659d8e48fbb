import { pathToFileURL } from "node:url";
import { END, START, type TestOrder } from "./marks.ts";
import { TEST_FILE } from "./touched.ts";

// Runs one test file after the other in this process: loading the modules that they share once is most of the gain.
const global = globalThis as { UVU_DEFER?: number; UVU_QUEUE?: unknown[]; UVU_INDEX?: number };
global.UVU_DEFER = 1;
const { exec } = await import("uvu");

process.on("message", ({ file, last }: TestOrder) => {
  // Only what the files themselves leave behind keeps their process from ending.
  if (last) process.disconnect();
  // A runtime under test may listen to rejections that nothing handles, so this one is handled here.
  if (file) run(file).catch(crash);
});

async function run(file: string): Promise<void> {
  console.log(`${START}${file}`);
  process.env[TEST_FILE] = file;
  global.UVU_QUEUE = [[null]];
  global.UVU_INDEX = 0;
  const began = performance.now();
  await import(pathToFileURL(file).href);
  await exec();
  const ms = Math.round(performance.now() - began);
  const { rss } = process.memoryUsage();
  console.log(`${END}${JSON.stringify({ ms, exitCode: process.exitCode ?? 0, rss })}`);
  process.exitCode = 0;
}

function crash(error: unknown): never {
  console.error(error);
  process.exit(1);
}
