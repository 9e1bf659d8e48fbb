import { readFile } from "node:fs/promises";
import type { Plugin } from "esbuild";

/** Calls that have no side effects. */
export interface PureCalls {
  /** Files that make them; tested against the absolute path, `/` or `\` between folders. */
  files: RegExp;
  /** Functions, e.g. `closedObject`; `v.*` stands for all functions of `v`. */
  functions: readonly string[];
}

/**
 * Lets a bundle leave out the results of these calls that it does not use. Libraries declare their functions free of
 * side effects, but esbuild honours that only within the file that declares it, so it is repeated at each call. It
 * moves columns in stack traces, but no lines.
 */
export function pureCalls({ files, functions }: PureCalls): Plugin {
  const names = functions.map((name) => name.replaceAll(".", "\\.").replace("*", "[a-zA-Z]+"));
  const call = new RegExp(`(?<![\\w.$"'\`])(${names.join("|")})\\(`, "g");
  return {
    name: "pure-calls",
    setup({ onLoad }) {
      onLoad({ filter: files }, async ({ path }) => {
        const source = await readFile(path, "utf8");
        return { contents: source.replace(call, "/* @__PURE__ */ $1("), loader: "ts" };
      });
    },
  };
}
