#!/usr/bin/env node
// Runs a script of the program's package.json with all that follows its name. `npm run` would read options itself unless
// a -- stands before them, and PowerShell drops the --. Plain JavaScript, for whichever Node.js is there.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { closest, distance } from "fastest-levenshtein";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const names = Object.keys(scripts);
const [name, ...args] = process.argv.slice(2);

if (name === undefined || name === "--help") {
  process.stdout.write(
    `npx cb NAME [options] is npm run NAME -- [options], in every shell; npx cb NAME --help says more.\n\n  ${names.join("\n  ")}\n`,
  );
} else if (!names.includes(name)) {
  const found = closest(name, names);
  const meant = distance(name, found) <= 2 ? `; did you mean ${found}?` : "";
  console.error(`there is no command ${name}${meant || "; npx cb --help lists all of them"}`);
  process.exitCode = 2;
} else run(scripts[name]);

function run(script) {
  const [program, ...words] = script.split(" ");
  const file = program === "node" ? process.execPath : join(root, "node_modules", ".bin", program);
  const child = spawn(file, [...words, ...args], {
    cwd: root,
    stdio: "inherit",
    // npm's commands are batch files there.
    shell: process.platform === "win32" && program !== "node",
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
    process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? (signal === "SIGINT" ? 130 : 143);
  });
}
