import { pathToFileURL } from "node:url";
import { END, START } from "./marks.ts";
import { TEST_FILE } from "./touched.ts";

// Runs test files one after the other in this process: loading the modules that they share once is most of the gain.
const global = globalThis as { UVU_DEFER?: number; UVU_QUEUE?: unknown[]; UVU_INDEX?: number };
global.UVU_DEFER = 1;
const { exec } = await import("uvu");

for (const file of process.argv.slice(2)) {
  console.log(`${START}${file}`);
  process.env[TEST_FILE] = file;
  global.UVU_QUEUE = [[null]];
  global.UVU_INDEX = 0;
  const began = performance.now();
  await import(pathToFileURL(file).href);
  await exec();
  const ms = Math.round(performance.now() - began);
  console.log(`${END}${JSON.stringify({ file, ms, exitCode: process.exitCode ?? 0 })}`);
  process.exitCode = 0;
}
