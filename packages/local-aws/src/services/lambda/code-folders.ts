import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { RecordedArchive } from "../../program/recorded.ts";

/** Folders of functions' unpacked packages while the runtime runs; nothing is written before the first use. */
export class CodeFolders {
  readonly #program: string | undefined;
  #root: string | undefined;
  readonly #unpacked = new Map<string, string>();

  /** @param program Folder that source maps lead to. */
  constructor(program?: string) {
    this.#program = program;
  }

  /** The folder of a package; it is written once for equal contents. */
  folderOf({ hash, files }: RecordedArchive): string {
    const known = this.#unpacked.get(hash);
    if (known) return known;
    this.#root ??= mkdtempSync(join(tmpdir(), "commerce-lambda-"));
    const folder = join(this.#root, String(this.#unpacked.size + 1));
    for (const [path, text] of Object.entries(files)) {
      const file = join(folder, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, path.endsWith(".map") ? this.#leadingHere(text) : text);
    }
    this.#unpacked.set(hash, folder);
    return folder;
  }

  /** A source map of the program's own files, which says where they are on this machine. */
  #leadingHere(map: string): string {
    if (this.#program === undefined) return map;
    try {
      const parsed: { sources: string[]; sourceRoot?: string } = JSON.parse(map);
      return JSON.stringify({ ...parsed, sourceRoot: `${pathToFileURL(this.#program)}/` });
    } catch {
      return map;
    }
  }

  remove(): void {
    if (this.#root) rmSync(this.#root, { recursive: true, force: true, maxRetries: 3 });
    this.#root = undefined;
    this.#unpacked.clear();
  }
}
