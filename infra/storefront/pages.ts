import { readFileSync } from "node:fs";
import { basename, extname, join, relative } from "node:path";
import { buildSync } from "esbuild";

/** A built file of the storefront, which never changes: its name has a hash of its contents. */
export interface BuiltFile {
  /** Name in the bucket, e.g. `main-5JKQ2X7A.js`. */
  name: string;
  /** Path of the file, from the working directory. */
  path: string;
  contentType: string;
}

/** The storefront's pages. */
export interface Pages {
  files: BuiltFile[];
  /** The page at `/`, which may call this API alone. */
  entry(apiUrl: string): string;
  notFound: string;
}

const ROOT = join(import.meta.dirname, "..", "..");
const SOURCE = join(ROOT, "storefront");
const OUT = join(ROOT, "node_modules", ".cache", "storefront");
const CONTENT_TYPES: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
};

/** Builds the storefront. The same source gives the same names and contents. */
export function buildPages(): Pages {
  const { metafile } = buildSync({
    absWorkingDir: ROOT,
    entryPoints: [join(SOURCE, "main.tsx")],
    outdir: OUT,
    entryNames: "[name]-[hash]",
    bundle: true,
    format: "esm",
    jsx: "automatic",
    jsxImportSource: "preact",
    legalComments: "none",
    metafile: true,
    minify: true,
    target: "es2022",
  });
  const files = Object.keys(metafile.outputs).map((output) => ({
    name: basename(output),
    path: relative(process.cwd(), join(ROOT, output)).replaceAll("\\", "/"),
    contentType: CONTENT_TYPES[extname(output)] ?? "application/octet-stream",
  }));
  const built = (extension: string) =>
    files.find(({ name }) => name.endsWith(extension))?.name ?? "";
  const page = readFileSync(join(SOURCE, "index.html"), "utf8")
    .replace("{{script}}", built(".js"))
    .replace("{{style}}", built(".css"));
  return {
    files,
    entry: (apiUrl) => page.replace("{{api}}", originOf(apiUrl)),
    notFound: readFileSync(join(SOURCE, "not-found.html"), "utf8"),
  };
}

function originOf(url: string): string {
  return /^https?:\/\/[^/]+/.exec(url)?.[0] ?? url;
}
