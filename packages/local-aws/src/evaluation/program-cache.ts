import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { RecordedProgram } from "../program/recorded.ts";
import type { EvaluationRequest } from "./evaluation-request.ts";
import { changedInput, hash, type ProgramInputs } from "./program-inputs.ts";

/** A program as it was recorded, with everything that it was made from. */
interface Stored {
  version: typeof VERSION;
  request: EvaluationRequest;
  inputs: ProgramInputs;
  evaluated: { program: RecordedProgram; notes: string[] };
  /** What the evaluation printed. */
  printed: string;
  /** When it was evaluated, in ISO 8601. */
  time: string;
}

/** A program that need not be evaluated, or why it must be. */
export type Found =
  | { program: RecordedProgram; notes: string[]; printed: string; changed?: undefined }
  /** What changed since the last evaluation; undefined if there was none. */
  | { program?: undefined; changed: string | undefined };

const VERSION = 2;
// How many combinations of stack, ports and data folder are kept.
const MAX_KEPT = 12;

/** Folder of what is kept for a program, which may be removed at any time. */
export function cacheFolder(root: string): string {
  return join(root, "node_modules", ".cache", "local-aws");
}

/**
 * The last evaluation of each stack of a program, on disk. It is used only while every file, package, setting and
 * variable that the evaluation read is as it was then.
 */
export class ProgramCache {
  readonly #folder: string;
  readonly #request: EvaluationRequest;

  constructor(request: EvaluationRequest) {
    this.#folder = join(cacheFolder(request.root), "programs");
    this.#request = request;
  }

  /** The program, if it is what an evaluation would give. */
  find(): Found {
    const stored = this.#read();
    if (!stored) return { changed: undefined };
    const { root } = this.#request;
    const changed =
      changedSetting(stored.request, this.#request) ??
      changedInput(stored.inputs, (path) => relative(root, path).replaceAll("\\", "/"));
    return changed === undefined ? { ...stored.evaluated, printed: stored.printed } : { changed };
  }

  /** What the last evaluation has read; undefined if unknown. */
  inputs(): ProgramInputs | undefined {
    return this.#read()?.inputs;
  }

  /** Keeps what came of an evaluation. A folder that cannot be written costs the next start an evaluation. */
  keep(evaluated: Stored["evaluated"], inputs: ProgramInputs, printed: string): void {
    const request = this.#request;
    const time = new Date().toISOString();
    const stored: Stored = { version: VERSION, request, inputs, evaluated, printed, time };
    const partial = `${this.#file}.${process.pid}.tmp`;
    try {
      mkdirSync(this.#folder, { recursive: true });
      // It holds the stack's secrets, as the settings file does.
      writeFileSync(partial, JSON.stringify(stored), { mode: 0o600 });
      renameSync(partial, this.#file);
      this.#removeOld();
    } catch {
      rmSync(partial, { force: true });
    }
  }

  #read(): Stored | undefined {
    try {
      const stored: Stored = JSON.parse(readFileSync(this.#file, "utf8"));
      return stored.version === VERSION ? stored : undefined;
    } catch {
      return undefined;
    }
  }

  get #file(): string {
    const { root, settings, place } = this.#request;
    const { awsEndpoint, apiEndpoint, secret } = place;
    const { project, stack } = settings;
    const which = [root, project, stack, awsEndpoint, apiEndpoint, secret];
    return join(this.#folder, `${hash(JSON.stringify(which))}.json`);
  }

  #removeOld(): void {
    const files = readdirSync(this.#folder).map((name) => join(this.#folder, name));
    const byAge = files
      .map((file) => ({ file, time: statSync(file).mtimeMs }))
      .sort((a, b) => b.time - a.time);
    for (const { file } of byAge.slice(MAX_KEPT)) rmSync(file, { force: true });
  }
}

function changedSetting(before: EvaluationRequest, now: EvaluationRequest): string | undefined {
  const [old, current] = [before.settings.config, now.settings.config];
  for (const key of new Set([...Object.keys(old), ...Object.keys(current)])) {
    if (old[key] !== current[key]) return `the setting ${key}`;
  }
  return isDeepStrictEqual(before, now) ? undefined : "the stack";
}
