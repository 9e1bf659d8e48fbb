import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Kernel } from "../kernel/kernel.ts";
import type { TablesSnapshot } from "../services/dynamodb/service.ts";
import type { QueuesSnapshot } from "../services/sqs/service.ts";
import type { Services } from "./services.ts";

/** What outlives a restart. */
interface State {
  version: 1;
  tables: TablesSnapshot;
  queues: QueuesSnapshot;
  executions: unknown;
}

const FILE = "state.json";
// Changes of one burst are written together.
const GATHER_MS = 500;
const CHANGES =
  /^(dynamodb:(Put|Update|Delete|BatchWrite)|sqs:(Send|Receive|Delete|Purge)|states:)/;

/**
 * Keeps tables, queues and executions in a folder. What is on its way when the stack stops (a pipe's retry, a running
 * execution) is not taken up again.
 */
export class Persistence {
  readonly #file: string;
  readonly #services: Services;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  readonly #unsubscribe: () => void;

  private constructor(folder: string, kernel: Kernel, services: Services) {
    this.#file = join(folder, FILE);
    this.#services = services;
    this.#unsubscribe = kernel.trace.subscribe(({ kind }) => {
      if (CHANGES.test(kind)) this.#timer ??= setTimeout(() => this.#save(), GATHER_MS);
    });
  }

  /**
   * Puts back what the folder holds, and keeps it up to date from then on.
   *
   * @throws Error naming the file when it cannot be read or written.
   */
  static async open(folder: string, kernel: Kernel, services: Services): Promise<Persistence> {
    mkdirSync(folder, { recursive: true });
    const persistence = new Persistence(folder, kernel, services);
    await persistence.#restore();
    return persistence;
  }

  /** Writes everything once more. */
  async close(): Promise<void> {
    this.#unsubscribe();
    clearTimeout(this.#timer);
    this.#save();
    await this.#writing;
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
      throw new Error(`${this.#file} is not JSON; mend it, or move it away to start empty`);
    }
    const { dynamodb, sqs, states } = this.#services;
    await dynamodb.restore(state.tables);
    sqs.restore(state.queues);
    states.restore(state.executions);
  }

  #save(): void {
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#write());
  }

  async #write(): Promise<void> {
    const { dynamodb, sqs, states } = this.#services;
    const state: State = {
      version: 1,
      tables: await dynamodb.snapshot(),
      queues: sqs.snapshot(),
      executions: states.snapshot(),
    };
    // A crash while writing must leave the last state whole.
    const unfinished = `${this.#file}.tmp`;
    writeFileSync(unfinished, JSON.stringify(state));
    renameSync(unfinished, this.#file);
  }
}
