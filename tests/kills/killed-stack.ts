import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Doors } from "./stack-process.ts";

const STACK_PROCESS = fileURLToPath(new URL("./stack-process.ts", import.meta.url));

/** A stack on a data folder, in a process of its own that ends by being killed. */
export class KilledStack {
  readonly doors: Doors;
  readonly #process: ChildProcess;

  private constructor(child: ChildProcess, doors: Doors) {
    this.#process = child;
    this.doors = doors;
  }

  /** @throws Error when it does not start. */
  static async start(dataDir: string): Promise<KilledStack> {
    const child = fork(STACK_PROCESS, [dataDir], { stdio: ["ignore", "ignore", "pipe", "ipc"] });
    let said = "";
    child.stderr?.on("data", (chunk) => {
      said += chunk;
    });
    const doors = await new Promise<Doors>((resolve, reject) => {
      child.once("message", (message) => resolve(message as Doors));
      child.once("exit", (code) =>
        reject(new Error(`the stack ended with ${code} at its start: ${said}`)),
      );
    });
    return new KilledStack(child, doors);
  }

  /** Ends it as a crash does, with nothing cleaned up. */
  async kill(): Promise<void> {
    if (this.#process.signalCode !== null || this.#process.exitCode !== null) return;
    const ended = new Promise((resolve) => this.#process.once("exit", resolve));
    this.#process.kill("SIGKILL");
    await ended;
  }
}
