import { channel } from "node:diagnostics_channel";
import { existsSync } from "node:fs";
import { join, posix, sep } from "node:path";
import type { BuildFailure, BuildOptions, BuildResult, Metafile } from "esbuild";
import { leanSdk } from "./lean-sdk.ts";
import { BUILTIN, nodeBuiltins } from "./node-builtins.ts";
import { ownSourceMap } from "./own-source-map.ts";
import { type PureCalls, pureCalls } from "./pure-calls.ts";

/** The project whose functions are bundled. */
export interface Project {
  /** Absolute path of its folder: entries and their packages are looked up there, and source maps are relative to it. */
  root: string;
  pureCalls?: PureCalls;
  /** Whether names of classes, functions and variables stay as they are written, for errors and debuggers. @default false */
  readable?: boolean;
}

/** One function's code, and every file that went into it. */
export interface Built {
  code: string;
  /** Source map of the part of the code that is the project's own. */
  map: string;
  /** Paths from the project's root, `/` between folders; files outside of it start with `..`. */
  inputs: string[];
}

/** Says which files a process that was started from here has read: `{ process, files }`. */
const readByProcess = channel("files-read-by-process");

/** How functions are bundled; what is built with other options is another bundle. */
export const buildOptions = {
  bundle: true,
  minify: true,
  platform: "node",
  target: "node24",
  format: "esm",
  // The SDK's ES modules let esbuild drop what is not used; by default it would take their CommonJS twins.
  mainFields: ["module", "main"],
  legalComments: "none",
  // A file beside the code, which only --enable-source-maps reads. Inside the code, every cold start would load it.
  sourcemap: "external",
  sourcesContent: false,
  // The settings of the type checker do not reach into the bundle.
  tsconfigRaw: "{}",
} satisfies BuildOptions;

const readableOptions = {
  minify: false,
  keepNames: true,
} satisfies BuildOptions;

/** What a bundle is known by: its entry, and whether it is readable. */
export function bundleKey(entry: string, readable = false): string {
  return readable ? `readable/${entry}` : entry;
}

/**
 * Bundles the entry files in one go; what they share is read and parsed once, and each result is what it would be
 * alone.
 *
 * @throws Error with one line that names the file and what is wrong with it.
 */
export async function buildBundles(
  { root, pureCalls: pure, readable = false }: Project,
  entries: readonly string[],
): Promise<Map<string, Built>> {
  const absent = entries.find((entry) => !existsSync(join(root, entry)));
  if (absent) throw new Error(`${absent}: there is no such file to bundle in ${root}`);
  // Only what has to build pays for loading esbuild.
  const { build } = await import("esbuild");
  const result = await build({
    ...buildOptions,
    ...(readable && readableOptions),
    absWorkingDir: root,
    entryPoints: [...entries],
    outbase: ".",
    // Nothing is written there, but the names of the results start with it.
    outdir: "bundles",
    write: false,
    metafile: true,
    logLevel: "silent",
    plugins: [nodeBuiltins(), leanSdk(), ...(pure ? [pureCalls(pure)] : [])],
  }).catch((failure: BuildFailure) => {
    throw new Error(oneLine(failure), { cause: failure });
  });
  // Whoever follows what this process reads cannot follow esbuild's own process.
  const files = Object.keys(result.metafile.inputs).filter((path) => !path.startsWith(BUILTIN));
  readByProcess.publish({ process: "esbuild", files: files.map((path) => join(root, path)) });
  return new Map(entries.map((entry) => [entry, builtFrom(root, result, entry)]));
}

type Result = BuildResult<{ metafile: true; write: false }>;

function builtFrom(root: string, { metafile, outputFiles }: Result, entry: string): Built {
  const outputs = Object.entries(metafile.outputs);
  const [path = "", output] = outputs.find(([, { entryPoint }]) => entryPoint === entry) ?? [];
  const file = outputFiles.find((file) => file.path === join(root, path));
  if (!output || !file) throw new Error(`${entry}: esbuild made no bundle of it`);
  if (!output.exports.includes("handler")) {
    throw new Error(`${entry}: it does not export handler, the function that Lambda calls`);
  }
  const map = outputFiles.find((file) => file.path === join(root, `${path}.map`));
  if (!map) throw new Error(`${entry}: esbuild made no source map of it`);
  const inputs = reachable(metafile, entry);
  const own = new Set(inputs.filter((input) => isOwn(root, input)));
  return {
    code: `${file.text}//# sourceMappingURL=index.mjs.map\n`,
    map: ownSourceMap(map.text, posix.dirname(path), own),
    inputs,
  };
}

/** Whether a file is the project's, and neither a package's nor this bundler's. */
function isOwn(root: string, input: string): boolean {
  return (
    !/(^|\/)node_modules\//.test(input) && !join(root, input).startsWith(import.meta.dirname + sep)
  );
}

function reachable({ inputs }: Metafile, entry: string): string[] {
  const found = new Set([entry]);
  for (const path of found) {
    for (const { path: imported, external } of inputs[path]?.imports ?? []) {
      if (!external) found.add(imported);
    }
  }
  return [...found].filter((path) => !path.startsWith(BUILTIN)).sort();
}

function oneLine({ errors, message }: BuildFailure): string {
  const [first] = errors ?? [];
  if (!first) return message;
  const { location, text } = first;
  return location ? `${location.file}:${location.line}:${location.column + 1}: ${text}` : text;
}
