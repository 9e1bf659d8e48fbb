import { readFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { serviceHosts, substitutions } from "../src/substitutions.ts";

const test = suite("pinned versions");

const packageOf = (file: string) => JSON.parse(readFileSync(file, "utf8"));
const { dependencies, devDependencies } = packageOf(
  join(import.meta.dirname, "..", "package.json"),
);
const pinned: Record<string, string> = { ...dependencies, ...devDependencies };

/** Folder above this one that holds the package. */
function installedVersion(name: string, folder = import.meta.dirname): string {
  try {
    return packageOf(join(folder, "node_modules", name, "package.json")).version;
  } catch (error) {
    if (join(folder, "..") === folder) throw error;
    return installedVersion(name, join(folder, ".."));
  }
}

const decisive = [
  "esbuild",
  ...substitutions.map((it) => it.package),
  ...Object.keys(serviceHosts),
];
for (const name of new Set(decisive)) {
  test(`${name} is installed in the one version that the substitutions were made for`, () => {
    assert.is(installedVersion(name), pinned[name]);
  });
}

test.run();
