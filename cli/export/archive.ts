import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { zipSync } from "fflate";

/** A function's package as AWS accepts it. */
export interface WrittenArchive {
  zip: Uint8Array;
  /** SHA-256 in base 64, as Lambda's `CodeSha256` has it. */
  hash: string;
}

// The earliest time that a ZIP file can store, so that equal files give equal packages.
const MTIME = new Date(1980, 0, 1);

/**
 * Writes an archive of files or strings as a ZIP file.
 *
 * @throws Error for other assets.
 */
export async function writtenArchive(archive: unknown): Promise<WrittenArchive> {
  const files: Record<string, Uint8Array> = {};
  const assets = (await (archive as { assets?: unknown }).assets) as Record<string, unknown>;
  for (const [name, asset] of Object.entries(assets ?? {})) {
    const { path, text } = (await asset) as { path?: unknown; text?: unknown };
    if (path !== undefined) files[name] = await readFile(String(await path));
    else if (text !== undefined) files[name] = Buffer.from(String(await text));
    else throw new Error(`${name}: an export knows packages of files and strings only`);
  }
  const zip = zipSync(files, { level: 9, mtime: MTIME });
  return { zip, hash: createHash("sha256").update(zip).digest("base64") };
}
