import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as assert from "uvu/assert";

const GUIDES = join(import.meta.dirname, "..", "..", "..", "docs", "guides");
const BLOCK =
  /^```(?:ts|json|yaml) file=(\S+)(?: (before|replaces)="((?:[^"\\]|\\.)*)")?\n([\s\S]*?)^```$/gm;
const REMOVED = /^ {4}git rm -r (.+)$/gm;

/** Applies every block of a guide to a program; answers which files it touches. */
export function follow(guide: string, root: string): string[] {
  const files = new Set<string>();
  for (const [, file = "", how, quoted = "", block = ""] of textOf(guide).matchAll(BLOCK)) {
    const path = join(root, file);
    files.add(file);
    if (!how) {
      assert.not(existsSync(path), `${file} is there already`);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, block);
      continue;
    }
    const anchor = JSON.parse(`"${quoted}"`) as string;
    const before = readFileSync(path, "utf8");
    assert.is(before.split(anchor).length, 2, `${file} holds once: ${anchor}`);
    const after = how === "before" ? `${block}\n${anchor}` : block.replace(/\n$/, "");
    writeFileSync(
      path,
      before.replace(anchor, () => after),
    );
  }
  return [...files];
}

/** Removes every path that a guide's `git rm -r` names; answers them. */
export function removeFiles(guide: string, root: string): string[] {
  const paths = [...textOf(guide).matchAll(REMOVED)].flatMap(([, line = ""]) => line.split(" "));
  for (const path of paths) {
    assert.ok(existsSync(join(root, path)), `${path} is there`);
    rmSync(join(root, path), { recursive: true });
  }
  return paths;
}

function textOf(guide: string): string {
  return readFileSync(join(GUIDES, guide), "utf8");
}
