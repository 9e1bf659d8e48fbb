import type { Plugin } from "esbuild";
import { NODE_EXPORTS, NODE_VERSION } from "./node-exports.ts";

/** Start of the paths of the modules that {@link nodeBuiltins} makes; they are no files. */
export const BUILTIN = "node-builtin:";

/**
 * Loads Node.js's own modules with `process.getBuiltinModule`. An `import` of one makes Node.js list all its exports
 * and so run their getters, which load much that nobody asked for: `node:http` brings in the whole of fetch,
 * `node:process` opens the standard streams. It also lets CommonJS packages `require` them in an ES module.
 */
export function nodeBuiltins(): Plugin {
  const names = Object.keys(NODE_EXPORTS).map((name) => name.replaceAll("/", "\\/"));
  return {
    name: "node-builtins",
    setup({ onLoad, onResolve }) {
      onResolve({ filter: new RegExp(`^(?:node:.+|${names.join("|")})$`) }, ({ path, kind }) => ({
        path: path.startsWith("node:") ? path : `node:${path}`,
        namespace: kind === "import-statement" ? `${BUILTIN}names` : `${BUILTIN}whole`,
        sideEffects: false,
      }));
      onLoad({ filter: /./, namespace: `${BUILTIN}names` }, ({ path }) => {
        const exports = NODE_EXPORTS[path.slice("node:".length)];
        if (exports !== undefined) return { contents: namedExports(path, exports.split(" ")) };
        return { errors: [{ text: `${path}: Node.js ${NODE_VERSION} has no such module` }] };
      });
      onLoad({ filter: /./, namespace: `${BUILTIN}whole` }, ({ path }) => ({
        contents: `module.exports = ${builtin(path)};`,
      }));
    },
  };
}

function namedExports(path: string, names: string[]): string {
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
