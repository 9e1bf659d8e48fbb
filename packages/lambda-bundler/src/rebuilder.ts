import { join, relative } from "node:path";
import { type Built, buildBundles, bundleKey, type Project } from "./build-bundles.ts";
import type { Bundle } from "./bundle.ts";
import { type Recipe, readRecipe } from "./bundle-cache.ts";
import { CodeFiles } from "./code-files.ts";

/** Builds bundles again when their sources change, without the program that asked for them. */
export class Rebuilder {
  readonly #root: string;
  readonly #folder: string;
  readonly #files: CodeFiles;
  readonly #recipes = new Map<string, Recipe>();

  /** @param root Absolute path of the project's folder. */
  constructor(root: string) {
    this.#root = root;
    this.#folder = join(root, "node_modules", ".cache", "lambda-bundler");
    this.#files = new CodeFiles(this.#folder);
  }

  /**
   * Sources of a bundle, as absolute paths; undefined when it is not known how the file was made.
   *
   * @param file Path of a bundle's code.
   */
  sources(file: string): Set<string> | undefined {
    const recipe = this.#recipe(file);
    return recipe && new Set(recipe.inputs.map((input) => join(this.#root, input)));
  }

  /** Entry file of a bundle, from the project's root; undefined when it is not known how the file was made. */
  entry(file: string): string | undefined {
    return this.#recipe(file)?.entry;
  }

  /**
   * Builds the code of these files again, all in one go; each answer is by the file that it takes the place of.
   *
   * @throws Error with one line that names the source file, and what is wrong with it.
   */
  async rebuild(files: readonly string[]): Promise<Map<string, Bundle>> {
    const made = new Map<string, Bundle>();
    const known = files.flatMap((file) => {
      const recipe = this.#recipe(file);
      return recipe
        ? [{ file, recipe, project: JSON.stringify([recipe.pure, recipe.readable]) }]
        : [];
    });
    for (const project of new Set(known.map(({ project }) => project))) {
      const group = known.filter((one) => one.project === project);
      const entries = [...new Set(group.map(({ recipe }) => recipe.entry))];
      const built = await buildBundles(projectOf(this.#root, group[0]?.recipe), entries);
      for (const { file, recipe } of group) {
        const { code, map, inputs } = built.get(recipe.entry) as Built;
        const next = this.#files.write(bundleKey(recipe.entry, recipe.readable), code, map);
        this.#recipes.set(next, { ...recipe, inputs });
        made.set(file, { file: next, code, map });
      }
    }
    return made;
  }

  #recipe(file: string): Recipe | undefined {
    const known = this.#recipes.get(file);
    if (known) return known;
    const [folder = ""] = relative(this.#folder, file).split(/[\\/]/);
    return readRecipe(join(this.#folder, "records"), folder);
  }
}

function projectOf(root: string, { pure, readable = false }: Partial<Recipe> = {}): Project {
  if (!pure) return { root, readable };
  const files = new RegExp(pure.files, pure.flags);
  return { root, readable, pureCalls: { files, functions: pure.functions } };
}
