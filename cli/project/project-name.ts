import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/** The place of the name in a file: the text before it, and the text after it on its line. */
interface Place {
  file: string;
  before: RegExp;
  suffix?: string;
}

/** Everything that is written from `name` in `Pulumi.yaml`. */
const PLACES: readonly Place[] = [
  { file: "package.json", before: /^\{\n {2}"name": "/ },
  { file: "package-lock.json", before: /^\{\n {2}"name": "/ },
  { file: "package-lock.json", before: /^ {2}"packages": \{\n {4}"": \{\n {6}"name": "/m },
  { file: "Pulumi.dev.yaml", before: /^ {2}aws:defaultTags:\n {4}tags:\n {6}project: /m },
  { file: "Pulumi.prod.yaml", before: /^ {2}aws:defaultTags:\n {4}tags:\n {6}project: /m },
  { file: "infra/delivery/Pulumi.yaml", before: /^name: /m, suffix: "-delivery" },
];

/**
 * Writes the project's name from `Pulumi.yaml` to every other file that has to hold it; returns which files change.
 *
 * @param write False only looks.
 * @throws Error when the name is none that npm and AWS take, or a file has no place for it. Nothing is written then.
 */
export function writeProjectName(root: string, write: boolean): string[] {
  const { name } = parse(readFileSync(join(root, "Pulumi.yaml"), "utf8")) as { name?: unknown };
  if (typeof name !== "string" || !/^[a-z][a-z0-9-]{0,30}[a-z0-9]$/.test(name)) {
    throw new Error(
      `Pulumi.yaml: the name ${JSON.stringify(name)} must be 2 to 32 lowercase letters, digits and hyphens, e.g. tea-shop`,
    );
  }
  const old = new Map<string, string>();
  const texts = new Map<string, string>();
  for (const { file, before, suffix = "" } of PLACES) {
    const text = texts.get(file) ?? readFileSync(join(root, file), "utf8");
    if (!old.has(file)) old.set(file, text);
    const place = new RegExp(`(${before.source})[\\w-]+`, before.flags);
    if (!place.test(text)) throw new Error(`${file} has no place for the project's name`);
    texts.set(
      file,
      text.replace(place, (_all, start: string) => `${start}${name}${suffix}`),
    );
  }
  const changed = [...texts].filter(([file, text]) => text !== old.get(file));
  if (write) for (const [file, text] of changed) writeFileSync(join(root, file), text);
  return changed.map(([file]) => file);
}
