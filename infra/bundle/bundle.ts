import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** A handler with everything that it imports, in one file. */
export interface Bundle {
  code: string;
  /** SHA-256 of the code. */
  hash: string;
}

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/**
 * Bundles one handler. The same sources give the same bytes, wherever and whenever they are built.
 *
 * @param entry path from the project's root, e.g. `handlers/customers/put-customer.ts`.
 * @throws Error naming the entry when it is missing, cannot be built, or exports no `handler`.
 */
export async function bundle(entry: string): Promise<Bundle> {
  if (!existsSync(join(ROOT, entry)))
    throw new Error(`${entry} does not exist; name a file of handlers/`);
  const result = await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    logLevel: "silent",
    format: "esm",
    platform: "node",
    target: "node24",
    mainFields: ["module", "main"],
    minify: true,
    legalComments: "none",
    charset: "utf8",
  }).catch((error: Error) => {
    throw new Error(`${entry} cannot be bundled: ${error.message}`);
  });
  const [output] = Object.values(result.metafile.outputs);
  if (!output?.exports.includes("handler")) {
    throw new Error(`${entry} exports no handler; a function's entry file must export one`);
  }
  const code = result.outputFiles[0]?.text ?? "";
  return { code, hash: createHash("sha256").update(code).digest("hex") };
}
