import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const FILE = "valid-definitions.json";
// Those of all programs and their recent versions; 64 bytes each.
const MAX_KEPT = 200;
// Ports differ from start to start, and no definition is valid because of one.
const LOCAL_PORT = /\b(127\.0\.0\.1|localhost):\d+/g;

/**
 * Hashes of the definitions that asl-validator found valid, which is a matter of their text and its version alone. With a
 * folder they are known to the next start too.
 */
export class KnownDefinitions {
  readonly #file: string | undefined;
  #hashes: Set<string> | undefined;

  /** @param cacheDir Folder of what may be removed at any time. */
  constructor(cacheDir: string | undefined) {
    this.#file = cacheDir && join(cacheDir, FILE);
  }

  get isEmpty(): boolean {
    return this.#known().size === 0;
  }

  has(text: string): boolean {
    return this.#known().has(hashOf(text));
  }

  /** A folder that cannot be written costs the next start a validation. */
  add(text: string): void {
    const known = this.#known();
    known.add(hashOf(text));
    if (this.#file === undefined) return;
    const partial = `${this.#file}.${process.pid}.tmp`;
    try {
      mkdirSync(join(this.#file, ".."), { recursive: true });
      writeFileSync(partial, JSON.stringify([...known].slice(-MAX_KEPT)));
      renameSync(partial, this.#file);
    } catch {
      rmSync(partial, { force: true });
    }
  }

  #known(): Set<string> {
    this.#hashes ??= new Set(this.#read());
    return this.#hashes;
  }

  #read(): string[] {
    if (this.#file === undefined) return [];
    try {
      const hashes: unknown = JSON.parse(readFileSync(this.#file, "utf8"));
      return Array.isArray(hashes) ? hashes.map(String) : [];
    } catch {
      return [];
    }
  }
}

let version: string | undefined;

function hashOf(text: string): string {
  version ??= createRequire(import.meta.url)("asl-validator/package.json").version as string;
  const portless = text.replaceAll(LOCAL_PORT, "$1");
  return createHash("sha256").update(`${version}\0${portless}`).digest("base64url");
}
