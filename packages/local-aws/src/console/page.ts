import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";

/** A file of the page. */
export interface PageFile {
  type: string;
  body: Uint8Array;
  /** Whether its name changes with its content, so that a browser may keep it. */
  hashed: boolean;
}

const SOURCES = fileURLToPath(new URL("../../console/", import.meta.url));
const TYPES: Record<string, string> = {
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  map: "application/json",
};

/** The page's scripts and styles, bundled on the first request, so that starting costs nothing. */
export class PageFiles {
  #built: Promise<Map<string, PageFile>> | undefined;

  /** A file by its name below `/_local/assets/`; undefined where there is none. */
  async file(name: string): Promise<PageFile | undefined> {
    this.#built ??= build();
    try {
      return (await this.#built).get(name);
    } catch (error) {
      // The next request may succeed.
      this.#built = undefined;
      throw error;
    }
  }
}

async function build(): Promise<Map<string, PageFile>> {
  const esbuild = await import("esbuild");
  try {
    const { outputFiles } = await esbuild.build({
      absWorkingDir: SOURCES,
      entryPoints: { console: "main.tsx" },
      bundle: true,
      format: "esm",
      splitting: true,
      minify: true,
      outdir: "assets",
      chunkNames: "[name]-[hash]",
      target: "es2022",
      jsx: "automatic",
      jsxImportSource: "preact",
      legalComments: "none",
      write: false,
      logLevel: "silent",
    });
    return new Map(
      outputFiles.map(({ path, contents }) => {
        const name = path.replaceAll("\\", "/").replace(/^.*\/assets\//, "");
        const type = TYPES[name.slice(name.lastIndexOf(".") + 1)] ?? "application/octet-stream";
        return [name, { type, body: contents, hashed: name.startsWith("chunk-") }];
      }),
    );
  } finally {
    // Its process is of no more use.
    await esbuild.stop();
  }
}

/** The page itself. Any client that can load it may do what its token allows. */
export function pageHtml(title: string, token: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="console-token" content="${token}">
<title>${escaped(title)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/_local/assets/console.css">
<script type="module" src="/_local/assets/console.js"></script>
</head>
<body><div id="app"></div><noscript>This page needs JavaScript.</noscript></body>
</html>
`;
}

/** Headers of all parts of the page: it loads from this origin alone, and may not be framed. */
export const PAGE_HEADERS = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
} as const;

/** Whether two tokens are equal, in constant time. */
export function sameToken(one: string, other: string): boolean {
  const hash = (text: string) => createHash("sha256").update(text).digest("hex");
  return hash(one) === hash(other);
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
