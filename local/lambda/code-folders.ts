import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { RecordedArchive } from "../program/recorded.ts";

/** Where functions' packages lie unpacked while the runtime runs. */
export class CodeFolders {
  readonly #root = mkdtempSync(join(tmpdir(), "commerce-lambda-"));
  readonly #unpacked = new Map<string, string>();

  /** The folder of a package; it is written once for equal contents. */
  folderOf({ hash, files }: RecordedArchive): string {
    const known = this.#unpacked.get(hash);
    if (known) return known;
    const folder = join(this.#root, hash.slice(0, 16));
    for (const [path, text] of Object.entries(files)) {
      const file = join(folder, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    this.#unpacked.set(hash, folder);
    return folder;
  }

  remove(): void {
    rmSync(this.#root, { recursive: true, force: true, maxRetries: 3 });
  }
}
