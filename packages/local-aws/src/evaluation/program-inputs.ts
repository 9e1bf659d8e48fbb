import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { sep } from "node:path";

/** Everything outside of itself that an evaluation of a program has read, and what it found there. */
export interface ProgramInputs {
  /** What was found at each path, by the kind of access. */
  files: Record<FileQuestion, Record<string, string>>;
  /** Hashes of the environment variables that were read; `null` for those that were not set. */
  variables: Record<string, string | null>;
  /** The Node.js and the machine. */
  machine: string;
  /** A file that changed so late that the evaluation may have read it before or after the change. */
  late?: string | undefined;
}

/** What can be read of a path: its contents, as a module or otherwise, whether it exists, or the names in a folder. */
export type FileQuestion = "module" | "contents" | "presence" | "names" | "allNames";

/** The entry of a file or folder that does not exist. */
const ABSENT = "absent";

/** Whether a file is part of an installed package. */
export function isInstalled(path: string): boolean {
  return path.includes(`${sep}node_modules${sep}`) && !isCached(path);
}

/** Whether a file is in the folder where tools keep what they have made. */
export function isCached(path: string): boolean {
  return path.includes(`${sep}node_modules${sep}.cache${sep}`);
}

const ANSWERS: Record<FileQuestion, (path: string) => string> = {
  module: contentsOf,
  contents: contentsOf,
  presence: (path) => {
    const found = statSync(path);
    return found.isFile() ? `file ${found.size} ${found.mtimeMs}` : "folder";
  },
  names: (path) => hash(readdirSync(path).sort().join("\0")),
  allNames: (path) => hash(readdirSync(path, { recursive: true }).sort().join("\0")),
};

/** What is found at a path now, in few characters. */
export function answerOf(question: FileQuestion, path: string): string {
  try {
    return ANSWERS[question](path);
  } catch {
    return ABSENT;
  }
}

/** SHA-256, as text. */
export function hash(contents: string | Uint8Array): string {
  return createHash("sha256").update(contents).digest("base64url");
}

/** What an evaluation finds on a machine without asking for a file or a variable. */
export function thisMachine(): string {
  return [process.version, process.platform, process.arch, hostname()].join(" ");
}

/**
 * The first input that has changed since the evaluation, e.g. `infra/settings.ts`; undefined if none has.
 *
 * @param shorten Shortens a path for messages.
 */
export function changedInput(
  inputs: ProgramInputs,
  shorten: (path: string) => string,
): string | undefined {
  if (inputs.machine !== thisMachine()) return "Node.js or the machine";
  if (inputs.late !== undefined) return shorten(inputs.late);
  for (const [name, before] of Object.entries(inputs.variables)) {
    if (hashOf(process.env[name]) !== before) return `the variable ${name}`;
  }
  for (const [question, answers] of Object.entries(inputs.files)) {
    for (const [path, before] of Object.entries(answers)) {
      if (answerOf(question as FileQuestion, path) !== before) return shorten(path);
    }
  }
  return undefined;
}

/** Hash of a variable's value. The value itself may be secret. */
export function hashOf(value: string | undefined): string | null {
  return value === undefined ? null : hash(value);
}

function contentsOf(path: string): string {
  // An installed package is thousands of files that are not edited: their size, time and inode are enough.
  return isInstalled(path) ? stamp(path) : hash(readFileSync(path));
}

function stamp(path: string): string {
  const { size, mtimeMs, ino } = statSync(path);
  return `${size} ${mtimeMs} ${ino}`;
}
