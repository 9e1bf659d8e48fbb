import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import type { RecordedArchive } from "../program/recorded.ts";

/**
 * Reads the files of an archive that the program made. Only text is supported: that is what bundles are. A source map
 * next to a file asset is included, so that stack traces name the source, even if AWS gets no map.
 */
export async function recordArchive(owner: string, code: unknown): Promise<RecordedArchive> {
  const files: Record<string, string> = {};
  const origins: Record<string, string> = {};
  await collect(owner, await code, "", { files, origins });
  return { hash: archiveHash(files), files, origins };
}

/** SHA-256 of an archive's files. */
export function archiveHash(files: Readonly<Record<string, string>>): string {
  const hash = createHash("sha256");
  for (const path of Object.keys(files).sort()) hash.update(`${path}\0${files[path]}\0`);
  return hash.digest("hex");
}

type Collected = Required<Pick<RecordedArchive, "files" | "origins">>;

async function collect(
  owner: string,
  code: unknown,
  path: string,
  collected: Collected,
): Promise<void> {
  const { files, origins } = collected;
  // Assets that came over the wire keep their members but not their classes.
  const asset = code as Partial<Record<"assets" | "text" | "path", unknown>>;
  if (asset.assets !== undefined) {
    for (const [entry, inner] of Object.entries((await asset.assets) as object)) {
      await collect(owner, inner, path ? `${path}/${entry}` : entry, collected);
    }
  } else if (asset.text !== undefined) {
    files[path] = String(await asset.text);
  } else if (asset.path !== undefined) {
    const source = String(await asset.path);
    if ((await stat(source)).isFile()) {
      files[path] = await readFile(source, "utf8");
      origins[path] = resolve(source);
      const map = await readFile(`${source}.map`, "utf8").catch(() => undefined);
      if (map !== undefined) files[`${path}.map`] ??= map;
    } else {
      for (const entry of await readdir(source, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue;
        const file = join(entry.parentPath, entry.name);
        const inside = relative(source, file).replaceAll("\\", "/");
        files[path ? `${path}/${inside}` : inside] = await readFile(file, "utf8");
      }
    }
  } else {
    throw new Error(`${owner}: code must be an archive of files or strings`);
  }
}
