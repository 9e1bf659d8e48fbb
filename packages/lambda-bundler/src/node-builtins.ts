import { builtinModules, createRequire } from "node:module";
import type { Plugin } from "esbuild";

const require = createRequire(import.meta.url);

/** Start of the paths of the modules that {@link nodeBuiltins} makes; they are no files. */
export const BUILTIN = "node-builtin:";

/**
 * Takes Node's own modules the quick way. An `import` of one makes Node.js list all its exports and so run their
 * getters, which load much that nobody asked for: `node:http` brings in the whole of fetch, `node:process` opens the
 * standard streams. It also lets CommonJS packages `require` them in an ES module.
 */
export function nodeBuiltins(): Plugin {
  const names = builtinModules.map((name) => name.replaceAll("/", "\\/")).join("|");
  return {
    name: "node-builtins",
    setup({ onLoad, onResolve }) {
      onResolve({ filter: new RegExp(`^(?:node:.+|${names})$`) }, ({ path, kind }) => ({
        path: path.startsWith("node:") ? path : `node:${path}`,
        namespace: kind === "import-statement" ? `${BUILTIN}names` : `${BUILTIN}whole`,
        sideEffects: false,
      }));
      onLoad({ filter: /./, namespace: `${BUILTIN}names` }, ({ path }) => ({
        contents: namedExports(path),
      }));
      onLoad({ filter: /./, namespace: `${BUILTIN}whole` }, ({ path }) => ({
        contents: `module.exports = ${builtin(path)};`,
      }));
    },
  };
}

function namedExports(path: string): string {
  const names = Object.getOwnPropertyNames(require(path)).filter(
    (name) => /^[A-Za-z_]\w*$/.test(name) && name !== "default",
  );
  // Marked pure, so that a bundle keeps those that it uses, and reads no other.
  const lines = names.map(
    (name) => `const ${name}_ = /* @__PURE__ */ of("${name}"); export { ${name}_ as ${name} };`,
  );
  return `const builtin = ${builtin(path)};
    const of = (name) => builtin[name];
    ${lines.join("\n")}
    export default builtin;`;
}

function builtin(path: string): string {
  return `/* @__PURE__ */ process.getBuiltinModule(${JSON.stringify(path)})`;
}
