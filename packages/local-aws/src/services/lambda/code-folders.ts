import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { RecordedArchive } from "../../program/recorded.ts";

/** Folders of functions' unpacked packages while the runtime runs; nothing is written before the first use. */
export class CodeFolders {
  #root: string | undefined;
  readonly #unpacked = new Map<string, string>();

  /** The folder of a package; it is written once for equal contents. */
  folderOf({ hash, files }: RecordedArchive): string {
    const known = this.#unpacked.get(hash);
    if (known) return known;
    this.#root ??= mkdtempSync(join(tmpdir(), "commerce-lambda-"));
    const folder = join(this.#root, String(this.#unpacked.size + 1));
    for (const [path, text] of Object.entries(files)) {
      const file = join(folder, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    this.#unpacked.set(hash, folder);
    return folder;
  }

  remove(): void {
    if (this.#root) rmSync(this.#root, { recursive: true, force: true, maxRetries: 3 });
    this.#root = undefined;
    this.#unpacked.clear();
  }
}
