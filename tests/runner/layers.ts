import { readdirSync } from "node:fs";
import { join } from "node:path";

/** Folder of the repository. */
export const ROOT = join(import.meta.dirname, "..", "..");

/** Folders of test files, by layer. */
export const LAYERS: Readonly<Record<string, readonly string[]>> = {
  packages: [
    "packages/command-text/tests",
    "packages/lambda-bundler/tests",
    "packages/local-aws/tests",
  ],
  unit: ["tests/handlers", "tests/cli", "tests/runner", "tests/storefront"],
  infra: ["tests/infra"],
  e2e: ["tests/e2e"],
  chaos: ["tests/chaos"],
  browser: ["tests/browser"],
};

/** Layers that need what not every machine has, a browser; they run where they are named, and not among all. */
const BY_NAME = ["browser"];

/** Test files of a layer, or of all, by their path from the repository's folder. */
export function testFiles(layer?: string): string[] {
  const all = Object.keys(LAYERS).filter((name) => !BY_NAME.includes(name));
  const folders = (layer ? [layer] : all).flatMap((name) => LAYERS[name] ?? []);
  return folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".test.ts"))
      .map((file) => join(folder, file).replaceAll("\\", "/"))
      .sort(),
  );
}

/** The layer that a test file belongs to. */
export function layerOf(file: string): string {
  const found = Object.entries(LAYERS).find(([, folders]) =>
    folders.some((folder) => file.startsWith(`${folder}/`)),
  );
  return found?.[0] ?? "";
}
