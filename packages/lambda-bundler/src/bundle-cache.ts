import { createHash, randomUUID } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type Built, buildOptions } from "./build-bundles.ts";

interface Stored extends Built {
  /** Everything but the inputs that decides on the bundle. */
  bundler: string;
  /** Of the inputs' paths and contents. */
  digest: string;
  /** Of the code and its map: what was cut short or edited does not match it. */
  hash: string;
}

// Some file systems keep times to two seconds.
const COARSEST_TIME = 2_000;

/**
 * Bundles of earlier runs. An answer is never stale: it is given only while each file that went into the bundle has
 * the very contents that it had then, and the installed packages and the bundler are the same. Processes may use it
 * at the same time. One instance serves one batch, because it reads each file once.
 */
export class BundleCache {
  readonly #root: string;
  readonly #folder: string;
  readonly #since = Date.now();
  readonly #bundler: string;
  readonly #hashes = new Map<string, string>();

  constructor(root: string) {
    this.#root = root;
    this.#folder = join(root, "node_modules", ".cache", "bundles");
    this.#bundler = bundlerDigest(root);
  }

  /** The bundle of this entry, if it is still what a build would make. */
  find(entry: string): Built | undefined {
    try {
      const stored: Stored = JSON.parse(readFileSync(this.#path(entry), "utf8"));
      const { bundler, digest, hash, code, map, inputs } = stored;
      const whole = hash === sha256(code + map);
      const same = bundler === this.#bundler && digest === this.#digest(inputs);
      return whole && same ? { code, map, inputs } : undefined;
    } catch {
      // It is not there or not whole, or one of its inputs is gone: it has to be built.
      return undefined;
    }
  }

  /** Keeps a bundle, in place of the entry's last one, unless its source changed while it was built. */
  keep(entry: string, built: Built): void {
    const { code, map, inputs } = built;
    const partial = join(this.#folder, `${randomUUID()}.tmp`);
    try {
      if (inputs.some((path) => this.#changedLately(path))) return;
      const digest = this.#digest(inputs);
      const stored: Stored = { ...built, bundler: this.#bundler, digest, hash: sha256(code + map) };
      mkdirSync(this.#folder, { recursive: true });
      writeFileSync(partial, JSON.stringify(stored));
      // Replaced whole, so that no other process reads half of it.
      renameSync(partial, this.#path(entry));
    } catch {
      // A folder that cannot be written, or a file that another process holds open on Windows, costs the next run
      // a build and nothing else.
      if (existsSync(partial)) rmSync(partial);
    }
  }

  #path(entry: string): string {
    return join(this.#folder, `${sha256(entry)}.json`);
  }

  #changedLately(path: string): boolean {
    return statSync(join(this.#root, path)).mtimeMs > this.#since - COARSEST_TIME;
  }

  #digest(paths: readonly string[]): string {
    return sha256(paths.map((path) => `${path}\0${this.#hashOf(path)}\n`).join(""));
  }

  #hashOf(path: string): string {
    const known = this.#hashes.get(path) ?? sha256(readFileSync(join(this.#root, path)));
    this.#hashes.set(path, known);
    return known;
  }
}

/** What decides on every bundle: this folder, and which packages are installed where. */
function bundlerDigest(root: string): string {
  const { dirname } = import.meta;
  try {
    const own = readdirSync(dirname, { recursive: true, encoding: "utf8" });
    const files = [
      ...own.filter((name) => name.endsWith(".ts")).map((name) => join(dirname, name)),
      join(root, "package.json"),
      // npm's own record of what it installed where.
      join(root, "node_modules", ".package-lock.json"),
    ];
    const hashes = files.sort().map((file) => sha256(readFileSync(file)));
    return sha256(JSON.stringify([buildOptions, hashes]));
  } catch {
    // Without npm's record, nothing says when an import would find another package: no bundle is known.
    return randomUUID();
  }
}

function sha256(contents: string | Buffer): string {
  return createHash("sha256").update(contents).digest("hex");
}
