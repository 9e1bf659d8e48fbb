import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { didYouMean } from "command-text";
import { type Document, isMap, LineCounter, parseDocument } from "yaml";

/**
 * Reads a YAML file whose top is a map.
 *
 * @throws Error naming the file, the line and the column of what is wrong; ENOENT where there is no file.
 */
export function readYamlFile(path: string): Document {
  const name = basename(path);
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(path, "utf8"), {
    prettyErrors: false,
    lineCounter: lines,
  });
  const [error] = document.errors;
  if (error) {
    const { line, col } = lines.linePos(error.pos[0]);
    throw new Error(`${name}:${line}:${col}: ${error.message}`);
  }
  const { contents } = document;
  if (contents !== null && !isMap(contents)) {
    throw new Error(`${name}:1:1: this is no map of names and values, such as \`config:\``);
  }
  const config = document.get("config", true);
  if (config !== undefined && !isMap(config) && document.get("config") !== null) {
    const { line, col } = lines.linePos(Object(config).range?.[0] ?? 0);
    throw new Error(
      `${name}:${line}:${col}: config must be a map of settings, such as \`aws:region: eu-central-1\``,
    );
  }
  return document;
}

/** Says that a stack has no settings file, and which stack may be meant. */
export function noSuchStack(root: string, stack: string): Error {
  const stacks = readdirSync(root).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);
  const meant = didYouMean(stack, stacks) || `; there are: ${stacks.join(", ") || "none"}`;
  return new Error(
    `there is no stack ${stack}: ${join(root, `Pulumi.${stack}.yaml`)} is missing${meant}`,
  );
}
