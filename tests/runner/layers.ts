import { readdirSync } from "node:fs";
import { join } from "node:path";

/** Folder of the repository. */
export const ROOT = join(import.meta.dirname, "..", "..");

/** Folders of test files, by layer. */
export const LAYERS: Readonly<Record<string, readonly string[]>> = {
  packages: ["packages/lambda-bundler/tests", "packages/local-aws/tests"],
  unit: ["tests/handlers", "tests/cli", "tests/runner", "tests/storefront"],
  infra: ["tests/infra"],
  e2e: ["tests/e2e"],
  chaos: ["tests/chaos"],
};

/** Test files of a layer, or of all, by their path from the repository's folder. */
export function testFiles(layer?: string): string[] {
  const folders = layer ? (LAYERS[layer] ?? []) : Object.values(LAYERS).flat();
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
