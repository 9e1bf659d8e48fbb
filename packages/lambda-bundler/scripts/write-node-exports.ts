import { writeFileSync } from "node:fs";
import { builtinModules, createRequire } from "node:module";
import { join } from "node:path";

// Writes src/node-exports.ts, or the file that it is given, from the Node.js that runs it: run it with the version that
// Lambda runs.
const [file = join(import.meta.dirname, "..", "src", "node-exports.ts")] = process.argv.slice(2);
const require = createRequire(import.meta.url);
// Loading every module warns of those that are deprecated.
process.removeAllListeners("warning");

const lines = builtinModules
  .filter((name) => !name.startsWith("_"))
  .map((name) => name.replace(/^node:/, ""))
  .sort()
  .map((name) => {
    const exports = Object.getOwnPropertyNames(require(`node:${name}`)).filter(
      (key) => /^[A-Za-z_]\w*$/.test(key) && key !== "default",
    );
    const key = /^\w+$/.test(name) ? name : JSON.stringify(name);
    return `  ${key}: ${JSON.stringify(exports.sort().join(" "))},\n`;
  });

writeFileSync(
  file,
  `/** The Node.js that these are the exports of. */
export const NODE_VERSION = ${JSON.stringify(process.versions.node)};

/**
 * Names that Node.js's own modules export. They are written down, not read from the Node.js that builds: every version
 * has others, and esbuild counts the letters of all of them when it chooses short names.
 * \`scripts/write-node-exports.ts\` writes this file.
 */
export const NODE_EXPORTS: Readonly<Record<string, string>> = {
${lines.join("")}};
`,
);
