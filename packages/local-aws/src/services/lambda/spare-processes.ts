import type { ChildProcess } from "node:child_process";
import { killFunctionProcess, startFunctionProcess } from "./function-process.ts";
import type { ProcessGuard } from "./process-guard.ts";

// So many processes are kept ready in advance, those of functions included. To start Node.js and to load what
// an SDK client needs takes several times as long as to load the function.
const MIN_PROCESSES = 3;
// What Node.js and its libraries read once, at their start.
const READ_AT_START = /^(NODE_|UV_|LD_|DYLD_|LC_|LANG|LANGUAGE$|TZ$|MALLOC_|ICU_|SSL_|OPENSSL_)/;

/** Processes without a function, for whichever needs the next one. The size of their memory is that of most functions. */
export class SpareProcesses {
  readonly #variables: Record<string, string | undefined>;
  readonly #guard: ProcessGuard;
  /** With the size of each, in megabytes. */
  readonly #spares = new Map<ChildProcess, number>();
  /** How many functions want each size. */
  readonly #wanted = new Map<number, number>();
  #taken = 0;
  #starting: ChildProcess | undefined;
  #stopped = false;

  /** The variables are those that a process needs to start at all. */
  constructor(variables: Record<string, string | undefined>, guard: ProcessGuard) {
    this.#variables = variables;
    this.#guard = guard;
  }

  /** Sees to it that there are spares, once for each function that may need one. */
  prepare(memoryMegabytes: number): void {
    this.#wanted.set(memoryMegabytes, (this.#wanted.get(memoryMegabytes) ?? 0) + 1);
    this.#fill();
  }

  /** A process that waits for a function; undefined if none fits. */
  take(memoryMegabytes: number, environment: Record<string, string>): ChildProcess | undefined {
    this.#taken++;
    if (Object.keys(environment).some((name) => READ_AT_START.test(name))) return undefined;
    for (const [spare, size] of this.#spares) {
      if (size !== memoryMegabytes) continue;
      this.#leave(spare);
      spare.removeAllListeners("message");
      spare.ref();
      spare.channel?.ref();
      return spare;
    }
    return undefined;
  }

  /** Notes that the process of a function has exited. */
  gone(): void {
    this.#taken--;
    this.#fill();
  }

  stop(): void {
    this.#stopped = true;
    for (const spare of this.#spares.keys()) killFunctionProcess(spare);
    this.#spares.clear();
  }

  /** Starts one after the other, so that something of the processor is left for what runs. */
  #fill(): void {
    if (this.#stopped || this.#starting) return;
    if (this.#spares.size + this.#taken >= MIN_PROCESSES) return;
    const [most] = [...this.#wanted].sort(([, a], [, b]) => b - a);
    if (!most) return;
    const [memoryMegabytes] = most;
    const settings = { memoryMegabytes, variables: this.#variables, spare: true };
    const spare = startFunctionProcess(settings, this.#guard);
    this.#starting = spare;
    this.#spares.set(spare, memoryMegabytes);
    spare.once("message", () => {
      this.#starting = undefined;
      this.#fill();
    });
    // Without spares, each function starts a process of its own.
    spare.once("error", () => this.#leave(spare));
    spare.once("exit", () => this.#leave(spare));
    spare.unref();
    spare.channel?.unref();
  }

  #leave(spare: ChildProcess): void {
    this.#spares.delete(spare);
    if (this.#starting === spare) this.#starting = undefined;
  }
}
