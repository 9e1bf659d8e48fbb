import { createHash, randomUUID } from "node:crypto";
import { channel } from "node:diagnostics_channel";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, extname, join, relative, resolve } from "node:path";
import { build } from "esbuild";

/** A built file of the storefront, which never changes: its name has a hash of its contents. */
export interface BuiltFile {
  /** Name in the bucket, e.g. `main-0f1e2d3c4b5a6978.js`. */
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

/** Says which files esbuild has read, so that npm start knows when it has to build again. */
const readByProcess = channel("files-read-by-process");

/** Builds the storefront. The same source gives the same names and contents. */
export async function buildPages(): Promise<Pages> {
  const { metafile, outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: [join(SOURCE, "main.tsx")],
    outdir: OUT,
    entryNames: "[name]",
    bundle: true,
    format: "esm",
    jsx: "automatic",
    jsxImportSource: "preact",
    legalComments: "none",
    metafile: true,
    minify: true,
    target: "es2022",
    write: false,
  });
  const inputs = Object.keys(metafile.inputs).map((path) => resolve(ROOT, path));
  readByProcess.publish({ process: "esbuild", files: inputs });
  mkdirSync(OUT, { recursive: true });
  const files = outputFiles.map(({ path, contents }) => {
    const extension = extname(path);
    // A hash of esbuild's also depends on where packages are: two machines would have other names for the same file.
    const hash = createHash("sha256").update(contents).digest("hex").slice(0, 16);
    const name = `${basename(path, extension)}-${hash}${extension}`;
    const written = join(OUT, name);
    writeOnce(written, contents);
    return {
      name,
      path: relative(process.cwd(), written).replaceAll("\\", "/"),
      contentType: CONTENT_TYPES[extension] ?? "application/octet-stream",
    };
  });
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

/** Leaves a file that is there and whole as it is: its time tells others that nothing changed. */
function writeOnce(path: string, contents: Uint8Array): void {
  if (existsSync(path) && readFileSync(path).equals(contents)) return;
  const partial = `${path}.${randomUUID()}.tmp`;
  writeFileSync(partial, contents);
  renameSync(partial, path);
}

function originOf(url: string): string {
  return /^https?:\/\/[^/]+/.exec(url)?.[0] ?? url;
}
