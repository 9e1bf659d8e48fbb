import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Kernel } from "../kernel/kernel.ts";
import { unattended } from "../kernel/unattended.ts";
import type { Snapshot } from "../program/service-definition.ts";
import type { RunningServices } from "./services.ts";

/** What outlives a restart. */
interface State {
  version: typeof VERSION;
  /** What each service keeps, by the name of its folder. */
  services: Record<string, unknown>;
}

const VERSION = 2;
const FILE = "state.json";
// Changes of one burst are written together.
const GATHER_MS = 500;

type Running = Pick<RunningServices, "running">;

/**
 * Keeps in a folder what services want kept: tables, queues and executions. What is on its way when the stack stops (a pipe's retry, a running
 * execution) is not taken up again.
 */
export class Persistence {
  readonly #file: string;
  readonly #snapshots: ReadonlyMap<string, Snapshot>;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  readonly #unsubscribe: () => void;

  private constructor(folder: string, kernel: Kernel, { running }: Running) {
    this.#file = join(folder, FILE);
    const snapshots = new Map<string, Snapshot>();
    for (const [name, { snapshot }] of running) if (snapshot) snapshots.set(name, snapshot);
    this.#snapshots = snapshots;
    const changes = [...snapshots.values()].map((snapshot) => snapshot.changes);
    this.#unsubscribe = kernel.trace.subscribe(({ kind }) => {
      if (!changes.some((change) => change.test(kind))) return;
      this.#timer ??= setTimeout(
        () => unattended("saving the state", () => this.#save()),
        GATHER_MS,
      );
    });
  }

  /**
   * Puts back what the folder holds, and keeps it up to date from then on.
   *
   * @throws Error naming the file when it cannot be read or written.
   */
  static async open(folder: string, kernel: Kernel, services: Running): Promise<Persistence> {
    mkdirSync(folder, { recursive: true });
    const persistence = new Persistence(folder, kernel, services);
    await persistence.#restore();
    return persistence;
  }

  /** Writes everything once more. */
  async close(): Promise<void> {
    this.#unsubscribe();
    clearTimeout(this.#timer);
    await this.#save();
  }

  async #restore(): Promise<void> {
    let text: string;
    try {
      text = readFileSync(this.#file, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
      throw error;
    }
    let state: State;
    try {
      state = JSON.parse(text);
    } catch {
      throw new Error(`${this.#file} is not JSON; fix it, or move it away to start empty`);
    }
    if (state.version !== VERSION) {
      throw new Error(
        `${this.#file} has version ${state.version} and this runtime reads ${VERSION}; move it away to start empty`,
      );
    }
    for (const [name, snapshot] of this.#snapshots) {
      if (name in state.services) await snapshot.restore(state.services[name]);
    }
  }

  /** One after the other; one that failed holds up no later one. */
  #save(): Promise<void> {
    this.#timer = undefined;
    const written = this.#writing.then(() => this.#write());
    this.#writing = written.catch(() => {});
    return written;
  }

  async #write(): Promise<void> {
    const services: Record<string, unknown> = {};
    for (const [name, snapshot] of this.#snapshots) services[name] = await snapshot.take();
    const state: State = { version: VERSION, services };
    // A crash while writing must leave the last state whole.
    const unfinished = `${this.#file}.tmp`;
    writeFileSync(unfinished, JSON.stringify(state));
    renameSync(unfinished, this.#file);
  }
}
