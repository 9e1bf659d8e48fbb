// Runs a TypeScript entry on Node.js 24, the version that the functions run on. Plain JavaScript, because the
// Node.js that npm found may be older and know no TypeScript.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import module from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const NEEDED = 24;
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [entry, ...args] = process.argv.slice(2);

if (Number(process.versions.node.split(".")[0]) >= NEEDED) {
  // Compiled modules are kept between starts; it saves about a tenth of a second.
  module.enableCompileCache(join(root, "node_modules", ".cache", "compile"));
  // Processes that this one starts use it too.
  process.env.NODE_COMPILE_CACHE ??= module.getCompileCacheDir();
  process.argv = [process.execPath, resolve(entry), ...args];
  await import(pathToFileURL(resolve(entry)).href);
} else {
  const name = process.platform === "win32" ? "node.exe" : "node";
  const node = join(root, "node_modules", "node", "bin", name);
  if (!existsSync(node)) {
    console.error(
      `Node.js ${NEEDED} is needed and this is ${process.version}; npm ci brings it, unless install scripts are off: npm rebuild node`,
    );
    process.exit(1);
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), entry, ...args], { stdio: "inherit" });
  // The child gets the terminal's signal too; this process only has to outlive it.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
    process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? (signal === "SIGINT" ? 130 : 143);
  });
}
