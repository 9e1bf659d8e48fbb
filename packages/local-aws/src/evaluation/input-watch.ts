import childProcess from "node:child_process";
import { subscribe } from "node:diagnostics_channel";
import fs from "node:fs";
import module from "node:module";
import net from "node:net";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import {
  answerOf,
  type FileQuestion,
  hashOf,
  isCached,
  isInstalled,
  type ProgramInputs,
  thisMachine,
} from "./program-inputs.ts";

// Files that change while they are read must not be mistaken for what was read; clocks of file systems are coarse.
const CLOCK_STEP_MS = 50;
const COARSE_CLOCK_STEP_MS = 2_000;

// Packages look for these among all variables.
const FOUND_BY_NAME = /^DEBUG|PROXY$|^(AWS|PULUMI)_/i;

/** Functions of node:fs, by what they return about the path that is their first argument. */
const READS: Record<FileQuestion, readonly string[]> = {
  module: [],
  contents: ["readFile", "createReadStream", "open", "copyFile", "cp", "openAsBlob"],
  presence: ["exists", "access", "stat", "lstat", "statfs"],
  names: ["readdir", "opendir"],
  allNames: [],
};
const WRITES = ["writeFile", "appendFile", "rename", "rm", "unlink", "symlink", "link", "truncate"];
const TWO_PATHS = ["copyFile", "cp", "rename", "symlink", "link"];

/**
 * Channel of `node:diagnostics_channel` on which a package reports the files that a process of its own has read, as
 * `{ process: string, files: string[] }`: part of the path of what was started, and absolute paths.
 */
const READ_BY_PROCESS = "files-read-by-process";

type Function = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Writes down what this process reads from now on: files, folders, modules, environment variables. It must start before
 * anything that is to be watched is imported.
 */
export class InputWatch {
  readonly #since = Date.now();
  readonly #paths: Record<FileQuestion, Set<string>> = {
    module: new Set(),
    contents: new Set(),
    presence: new Set(),
    names: new Set(),
    allNames: new Set(),
  };
  readonly #variables = new Set<string>();
  readonly #env = process.env;
  readonly #processes = new Set<string>();
  #printed = "";
  #untold: string | undefined;
  #over = false;

  constructor() {
    module.registerHooks({
      resolve: (specifier, context, next) => {
        const found = next(specifier, context);
        if (found.url.startsWith("file:")) this.#note("module", fileURLToPath(found.url));
        return found;
      },
    });
    this.#watchFiles();
    this.#watchVariables();
    this.#watchTheRest();
    module.syncBuiltinESMExports();
  }

  /** What was printed. */
  get printed(): string {
    return this.#printed;
  }

  /** What was read, or undefined when that is not certain. Ends the watch. */
  inputs(): ProgramInputs | undefined {
    this.#over = true;
    const files = {} as ProgramInputs["files"];
    let late: string | undefined;
    for (const question of Object.keys(this.#paths) as FileQuestion[]) {
      const paths = [...this.#paths[question]];
      const isRead = question === "contents" || question === "module";
      if (isRead) late ??= paths.find((path) => this.#changedLately(path));
      files[question] = Object.fromEntries(paths.map((path) => [path, answerOf(question, path)]));
    }
    if (this.#processes.size > 0) this.#untold ??= "the program started another process";
    if (this.#untold !== undefined) return undefined;
    const names = [...this.#variables].sort();
    const variables = Object.fromEntries(names.map((name) => [name, hashOf(this.#env[name])]));
    return { files, variables, machine: thisMachine(), late };
  }

  #note(question: FileQuestion, path: unknown): void {
    if (this.#over || !(typeof path === "string" || path instanceof URL)) return;
    const text = String(path);
    this.#paths[question].add(text.startsWith("file:") ? fileURLToPath(text) : resolve(text));
  }

  #changedLately(path: string): boolean {
    try {
      const { mtimeMs, ctimeMs } = fs.statSync(path);
      // A file that was moved here may have an old time of its own. Links to installed files come and go.
      const changed = isInstalled(path) ? mtimeMs : Math.max(mtimeMs, ctimeMs);
      const step = changed % 1_000 === 0 ? COARSE_CLOCK_STEP_MS : CLOCK_STEP_MS;
      return changed > this.#since - step && !isCached(path);
    } catch {
      return false;
    }
  }

  #watchFiles(): void {
    const watchOf = (question: FileQuestion) => (args: unknown[]) => {
      const options = args[1] as { recursive?: boolean } | undefined;
      this.#note(question === "names" && options?.recursive ? "allNames" : question, args[0]);
    };
    for (const [question, names] of Object.entries(READS)) {
      for (const name of names) watchFunction(name, watchOf(question as FileQuestion));
    }
    // What it has written must still be there when the evaluation is skipped.
    for (const name of WRITES) watchFunction(name, watchOf("contents"));
    for (const name of TWO_PATHS) watchFunction(name, (args) => this.#note("contents", args[1]));
  }

  #watchVariables(): void {
    // Code that lists all variables with their values reads a name, and then its value.
    let listed: string | undefined;
    process.env = new Proxy(this.#env, {
      get: (env, name) => {
        if (typeof name === "string" && !(name === listed && isCalledByPackage())) {
          this.#variables.add(name);
        }
        return Reflect.get(env, name);
      },
      has: (env, name) => {
        if (typeof name === "string") this.#variables.add(name);
        return name in env;
      },
      ownKeys: (env) => {
        const byPackage = isCalledByPackage();
        for (const name of Object.keys(env)) {
          if (!byPackage || FOUND_BY_NAME.test(name)) this.#variables.add(name);
        }
        return Reflect.ownKeys(env);
      },
      getOwnPropertyDescriptor: (env, name) => {
        if (isCalledByPackage()) listed = String(name);
        else this.#variables.add(String(name));
        return Reflect.getOwnPropertyDescriptor(env, name);
      },
    });
  }

  /** What cannot be tracked: other processes, threads and the network. Output is kept, to be printed again. */
  #watchTheRest(): void {
    const unknown = (what: string) => () => {
      this.#untold ??= `the program ${what}`;
    };
    watchIn(childProcess.ChildProcess.prototype, "spawn", ([options]) => {
      this.#processes.add(String(Object(options).file));
    });
    for (const name of ["spawnSync", "execSync", "execFileSync"]) {
      watchIn(childProcess, name, ([file]) => this.#processes.add(String(file)));
    }
    subscribe(READ_BY_PROCESS, (message) => {
      const { process: part, files } = message as { process: string; files: string[] };
      for (const started of this.#processes) {
        if (started.includes(part)) this.#processes.delete(started);
      }
      for (const file of files) this.#note("contents", file);
    });
    watchIn(net.Socket.prototype, "connect", unknown("used the network"));
    process.on("worker", unknown("started a thread"));
    for (const stream of [process.stdout, process.stderr]) {
      watchIn(stream, "write", ([text]) => {
        this.#printed += String(text);
      });
    }
  }
}

/** Watches a function of node:fs in all its forms. */
function watchFunction(name: string, before: (args: unknown[]) => void): void {
  for (const form of [name, `${name}Sync`]) watchIn(fs, form, before);
  watchIn(fs.promises, name, before);
}

function watchIn(owner: object, name: string, before: (args: unknown[]) => void): void {
  const members = owner as Record<string, Function | undefined>;
  const whole = members[name];
  if (typeof whole !== "function") return;
  const watched: Function = function (...args) {
    before(args);
    return whole.apply(this, args);
  };
  members[name] = Object.assign(watched, whole);
}

function isCalledByPackage(): boolean {
  const frames = (new Error().stack ?? "").split("\n").slice(3);
  const caller = frames.find((frame) => /[\\/]/.test(frame) && !frame.includes("node:internal"));
  return caller !== undefined && /[\\/]node_modules[\\/]/.test(caller);
}
