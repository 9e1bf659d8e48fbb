import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Built, buildOptions, bundleKey, type Project } from "./build-bundles.ts";
import { type CodeFile, type CodeFiles, replace } from "./code-files.ts";
import { sha256 } from "./sha256.ts";

/** What a bundle is made of. */
export interface Recipe {
  /** Path of the entry file from the project's root. */
  entry: string;
  /** Paths from the project's root of all that went into it. */
  inputs: string[];
  /** The project's pure calls, its pattern as text. */
  pure?: { files: string; flags: string; functions: readonly string[] } | undefined;
  readable?: boolean | undefined;
}

/** What is known of an entry's last build. */
interface Stored extends Recipe {
  /** Everything but the inputs that decides on the bundle. */
  bundler: string;
  /** Of the inputs' paths and contents; empty when they changed while it was built. */
  digest: string;
  /** SHA-256 of the code, which lies in a file of its own. */
  code: string;
  /** SHA-256 of the source map. */
  map: string;
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
  readonly #files: CodeFiles;
  readonly #pure: Recipe["pure"];
  readonly #readable: boolean;
  readonly #since = Date.now();
  readonly #bundler: string;
  readonly #hashes = new Map<string, string>();

  /** @param folder Where it keeps its records; `files` holds the code. */
  constructor(project: Project, folder: string, files: CodeFiles) {
    this.#root = project.root;
    this.#folder = folder;
    this.#files = files;
    this.#readable = project.readable ?? false;
    const pure = project.pureCalls;
    this.#pure = pure && {
      files: pure.files.source,
      flags: pure.files.flags,
      functions: pure.functions,
    };
    this.#bundler = bundlerDigest(project);
  }

  /** The bundle of this entry, if it is still what a build would make. */
  find(entry: string): CodeFile | undefined {
    try {
      const stored: Stored = JSON.parse(readFileSync(this.#path(entry), "utf8"));
      const { bundler, digest, inputs } = stored;
      if (bundler !== this.#bundler || digest !== this.#digest(inputs)) return undefined;
      const found = this.#files.read(bundleKey(entry, this.#readable), stored.code);
      return found && sha256(found.map) === stored.map ? found : undefined;
    } catch {
      // It is not there or not whole, or one of its inputs is gone: it has to be built.
      return undefined;
    }
  }

  /** Remembers a bundle that was written, in place of the entry's last one. It is not found if its source changed meanwhile. */
  keep(entry: string, { code, map, inputs }: Built): void {
    try {
      const stored: Stored = {
        entry,
        inputs,
        ...(this.#pure && { pure: this.#pure }),
        ...(this.#readable && { readable: true }),
        bundler: this.#bundler,
        digest: inputs.some((path) => this.#changedLately(path)) ? "" : this.#digest(inputs),
        code: sha256(code),
        map: sha256(map),
      };
      mkdirSync(this.#folder, { recursive: true });
      replace(this.#path(entry), JSON.stringify(stored));
    } catch {
      // A folder that cannot be written, or a file that another process holds open on Windows, costs the next run
      // a build and nothing else.
    }
  }

  #path(entry: string): string {
    return join(this.#folder, `${sha256(bundleKey(entry, this.#readable))}.json`);
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

/**
 * How the bundles in a folder of {@link CodeFiles} are made; undefined when there is no record of it.
 *
 * @param records Folder of the records.
 * @param folder Name of the folder that the bundles of one entry lie in.
 */
export function readRecipe(records: string, folder: string): Recipe | undefined {
  try {
    const start = folder.slice(folder.lastIndexOf("-") + 1);
    const [name, ...others] = readdirSync(records).filter((file) => file.startsWith(start));
    if (name === undefined || others.length > 0) return undefined;
    const { entry, inputs, pure, readable }: Recipe = JSON.parse(
      readFileSync(join(records, name), "utf8"),
    );
    return entry === undefined ? undefined : { entry, inputs, pure, readable };
  } catch {
    return undefined;
  }
}

/** What decides on every bundle: this folder, the options, and which packages are installed where. */
function bundlerDigest({ root, pureCalls }: Project): string {
  const own = import.meta.dirname;
  try {
    const files = [
      ...readdirSync(own, { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".ts"))
        .map((name) => join(own, name)),
      join(root, "package.json"),
      installationRecord(root),
    ];
    const hashes = files.sort().map((file) => sha256(readFileSync(file)));
    const pure = pureCalls && [String(pureCalls.files), pureCalls.functions];
    return sha256(JSON.stringify([buildOptions, pure, hashes]));
  } catch {
    // Without npm's record, nothing says when an import would find another package: no bundle is known.
    return randomUUID();
  }
}

/** npm's record of what it installed where: in the project's folder, or in the one whose workspace it is. */
function installationRecord(folder: string): string {
  const record = join(folder, "node_modules", ".package-lock.json");
  const parent = dirname(folder);
  return existsSync(record) || parent === folder ? record : installationRecord(parent);
}
