import { readFileSync } from "node:fs";
import module from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PLANTED_BUGS } from "./planted-bugs.ts";

// Loaded before everything else in a process that is to have a bug.
const ROOT = join(import.meta.dirname, "..", "..");
const bug = PLANTED_BUGS.find(({ name }) => name === process.env["PLANTED_BUG"]);
if (!bug) throw new Error(`there is no planted bug ${process.env["PLANTED_BUG"]}`);

module.registerHooks({
  load(url, context, next) {
    if (!url.startsWith("file:")) return next(url, context);
    const path = fileURLToPath(url);
    const changes = bug.changes.filter(({ file }) => join(ROOT, file) === path);
    if (changes.length === 0) return next(url, context);
    const source = changes.reduce(
      (text, { file, from, to }) => {
        if (text.split(from).length !== 2) throw new Error(`${file} does not have once: ${from}`);
        return text.replace(from, () => to);
      },
      readFileSync(path, "utf8"),
    );
    return { format: "module-typescript", source, shortCircuit: true };
  },
});
