import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { build } from "esbuild";
import { ROOT } from "./layers.ts";

const WORKSPACES = /^(local-aws|lambda-bundler)(\/|$)/;
// A module that is run more than once has a query.
const QUOTED = /["'`]([\w@./-]+)(?:\?[^"'`]*)?["'`]/g;
// The last two parts of a path that is joined.
const JOINED = /"([a-z-]+)", "([\w-]+\.ts)"/g;
const NPM_RUN = /(?:npm run |"run", )(?:-s |--silent |"-s", |"--silent", )?"?([\w:-]+)/g;
const CODE = /\.(ts|mjs)$/;

const SCRIPTS: Record<string, string> = JSON.parse(
  readFileSync(join(ROOT, "package.json"), "utf8"),
).scripts;

/** Which files of the repository a file is made of: those that it imports, and those that it names in quotes. */
export class ImportGraph {
  readonly #imports = new Map<string, Set<string>>();
  readonly #named = new Map<string, string[]>();
  readonly #closures = new Map<string, ReadonlyMap<string, number>>();

  /** Reads what these files import. */
  static async of(files: readonly string[]): Promise<ImportGraph> {
    const graph = new ImportGraph();
    await graph.#read(files);
    // A file that is named is one that a process is started with, or that is read: it has imports of its own.
    for (;;) {
      const named = [...graph.#imports.keys()].flatMap((file) => graph.#namedIn(file));
      const unread = named.filter((name) => CODE.test(name) && !graph.#imports.has(name));
      if (unread.length === 0) return graph;
      await graph.#read([...new Set(unread)]);
    }
  }

  /**
   * Everything that a file depends on, by how many steps away it is, itself included; a folder ends with `/` and stands
   * for all that is in it.
   */
  closure(file: string): ReadonlyMap<string, number> {
    const known = this.#closures.get(file);
    if (known) return known;
    const found = new Map([[file, 0]]);
    // Those that are added meanwhile come later, so that the first way to each is the shortest.
    for (const [path, steps] of found) {
      for (const next of [...(this.#imports.get(path) ?? []), ...this.#namedIn(path)]) {
        if (!found.has(next)) found.set(next, steps + 1);
      }
    }
    this.#closures.set(file, found);
    return found;
  }

  /** Everything that a file imports, itself included. */
  imported(file: string): Set<string> {
    const found = new Set([file]);
    for (const path of found) for (const next of this.#imports.get(path) ?? []) found.add(next);
    return found;
  }

  /** Whether a test, or the support that it imports, has this word in quotes or in a path. */
  mentions(test: string, word: string): boolean {
    return [...this.imported(test)].some(
      (path) => path.startsWith("tests/") && readFileSync(join(ROOT, path), "utf8").includes(word),
    );
  }

  async #read(files: readonly string[]): Promise<void> {
    const { metafile } = await build({
      absWorkingDir: ROOT,
      entryPoints: [...files],
      bundle: true,
      // What the files share is written once, which is most of the work.
      splitting: true,
      write: false,
      metafile: true,
      outdir: "none",
      format: "esm",
      platform: "node",
      logLevel: "silent",
      loader: { ".mjs": "ts" },
      supported: { "top-level-await": true },
      plugins: [
        {
          name: "packages stay outside",
          setup(build) {
            build.onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
              kind === "entry-point" || WORKSPACES.test(path) ? undefined : { external: true },
            );
            build.onResolve({ filter: /\?/ }, () => ({ external: true }));
          },
        },
      ],
    });
    for (const [file, { imports }] of Object.entries(metafile.inputs)) {
      const targets = imports.filter(({ external }) => !external).map(({ path }) => path);
      this.#imports.set(file, new Set(targets));
    }
  }

  #namedIn(file: string): string[] {
    const known = this.#named.get(file);
    if (known) return known;
    const named = CODE.test(file) ? namesIn(file) : [];
    this.#named.set(file, named);
    return named;
  }
}

/** Files and folders of the repository that a file names in quotes, from the repository's folder or from its own. */
function namesIn(file: string): string[] {
  const text = readFileSync(join(ROOT, file), "utf8");
  const found = new Set<string>();
  const joined = [...text.matchAll(JOINED)].map(([, folder, name]) => `${folder}/${name}`);
  const quoted = [...text.matchAll(QUOTED)].map(([, name = ""]) => name);
  for (const [, script = ""] of file.startsWith("tests/") ? text.matchAll(NPM_RUN) : []) {
    const [, entry = ""] = /^node cli\/run\.mjs (\S+)/.exec(SCRIPTS[script] ?? "") ?? [];
    if (entry) found.add(entry);
  }
  for (const name of [...quoted, ...joined]) {
    // A package knows nothing of the program, so `index.ts` there is another one.
    const bases = file.startsWith("packages/") ? [] : [ROOT];
    for (const base of [...bases, join(ROOT, dirname(file))]) {
      const path = relative(ROOT, normalize(join(base, name))).replaceAll("\\", "/");
      if (!path || path.startsWith("..") || path.startsWith("node_modules")) continue;
      if (!existsSync(join(ROOT, path))) continue;
      const isFile = statSync(join(ROOT, path)).isFile();
      // A folder's name alone is a word as any other, unless it is one of the program's.
      if (isFile) found.add(path);
      else if (name.includes("/") || PROGRAM_FOLDERS.has(path)) found.add(`${path}/`);
    }
  }
  found.delete(file);
  return [...found];
}

const PROGRAM_FOLDERS = new Set(["handlers", "infra"]);
