import { Worker } from "node:worker_threads";
import { KnownDefinitions } from "./known-definitions.ts";

// A process that runs one program again and again, as a search does, validates it once.
const knownHere = new KnownDefinitions(undefined);

/** Validates definitions with asl-validator in a thread beside the runtime's. */
export class DefinitionValidator {
  #worker: Worker | undefined;
  #nextId = 0;
  readonly #waiting = new Map<number, PromiseWithResolvers<string>>();
  readonly #known: KnownDefinitions;

  /** @param cacheDir Where valid definitions are remembered, so that the next start does not validate them again. */
  constructor(cacheDir?: string) {
    this.#known = cacheDir === undefined ? knownHere : new KnownDefinitions(cacheDir);
  }

  /** Whether its thread runs. */
  get isWorking(): boolean {
    return this.#worker !== undefined;
  }

  /** Starts the thread, so that it has loaded by the time that there is a definition: not where all may be known. */
  prepare(): void {
    if (this.#known.isEmpty) this.#worker ??= this.#start();
  }

  /** What asl-validator objects to, in one line; empty for a valid definition. */
  async validate(definition: unknown): Promise<string> {
    const text = JSON.stringify(definition);
    if (this.#known.has(text)) return "";
    const problems = await this.#ask(definition);
    if (!problems) this.#known.add(text);
    return problems;
  }

  #ask(definition: unknown): Promise<string> {
    const worker = this.#worker ?? this.#start();
    this.#worker = worker;
    const answer = Promise.withResolvers<string>();
    const id = this.#nextId++;
    this.#waiting.set(id, answer);
    worker.ref();
    worker.postMessage({ id, definition });
    return answer.promise;
  }

  /** Ends the thread and frees its memory; a later definition starts it again. */
  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  #start(): Worker {
    const worker = new Worker(new URL("./definition-worker.ts", import.meta.url), {
      // What it compiles is soon garbage; without a limit that grows by tens of megabytes.
      resourceLimits: { maxYoungGenerationSizeMb: 4 },
    });
    worker.unref();
    worker.on("message", ({ id, problems }: { id: number; problems: string }) => {
      this.#waiting.get(id)?.resolve(problems);
      this.#waiting.delete(id);
      if (this.#waiting.size === 0) worker.unref();
    });
    worker.on("error", (error) => this.#fail(error));
    worker.on("exit", () => this.#fail(new Error("the thread that validates definitions ended")));
    return worker;
  }

  #fail(error: unknown): void {
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
