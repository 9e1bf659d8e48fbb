import { randomUUID } from "node:crypto";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sha256 } from "./sha256.ts";

/** Name of the code's file; Lambda calls `index.handler` in it. */
const CODE = "index.mjs";
const MAP = `${CODE}.map`;
const MAX_UNUSED_MS = 24 * 60 * 60 * 1000;

/** One function's code where it lies. */
export interface CodeFile {
  /** Absolute path of the code; its source map is beside it. */
  file: string;
  code: string;
  map: string;
}

/**
 * Bundles as files: `<name of the entry>/<hash of the code>/index.mjs`, and its source map beside it. Equal code has
 * an equal path. What nobody asked for in a day is removed when its entry changes.
 */
export class CodeFiles {
  #folder: string;
  #temporary = false;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Path of the code's file, which is written if it is not there or not whole. */
  write(entry: string, code: string, map: string): string {
    try {
      return this.#write(entry, code, map);
    } catch (error) {
      if (this.#temporary) throw error;
      // A read-only checkout: the files are needed only while this process runs.
      const temporary = mkdtempSync(join(tmpdir(), "lambda-bundler-"));
      process.once("exit", () => rmSync(temporary, { recursive: true, force: true }));
      this.#folder = temporary;
      this.#temporary = true;
      return this.#write(entry, code, map);
    }
  }

  /** What was written, if it is there and whole. */
  read(entry: string, hash: string): CodeFile | undefined {
    try {
      const folder = join(this.#folderOf(entry), hash);
      const file = join(folder, CODE);
      const code = readFileSync(file, "utf8");
      if (sha256(code) !== hash) return undefined;
      const map = readFileSync(join(folder, MAP), "utf8");
      touch(folder);
      return { file, code, map };
    } catch {
      return undefined;
    }
  }

  #write(entry: string, code: string, map: string): string {
    const hash = sha256(code);
    const known = this.read(entry, hash);
    if (known?.map === map) return known.file;
    const folder = join(this.#folderOf(entry), hash);
    if (!known) {
      this.#removeUnused(entry);
      mkdirSync(folder, { recursive: true });
    }
    replace(join(folder, MAP), map);
    if (!known) replace(join(folder, CODE), code);
    return join(folder, CODE);
  }

  #folderOf(entry: string): string {
    const name = entry.replace(/^.*\//, "").replace(/\.\w+$/, "");
    return join(this.#folder, `${name}-${sha256(entry).slice(0, 8)}`);
  }

  #removeUnused(entry: string): void {
    const folder = this.#folderOf(entry);
    const old = Date.now() - MAX_UNUSED_MS;
    try {
      for (const name of readdirSync(folder)) {
        const path = join(folder, name);
        if (statSync(path).mtimeMs < old) rmSync(path, { recursive: true, force: true });
      }
    } catch {
      // There is none yet, or another process removes it too.
    }
  }
}

/** Writes a file whole, so that no other process reads half of it. */
export function replace(path: string, contents: string): void {
  const partial = `${path}.${randomUUID()}.tmp`;
  try {
    writeFileSync(partial, contents);
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}

function touch(folder: string): void {
  const now = new Date();
  try {
    utimesSync(folder, now, now);
  } catch {
    // It belongs to someone else, who keeps it.
  }
}
