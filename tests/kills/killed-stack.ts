import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Doors, StackMessage } from "./stack-process.ts";

const STACK_PROCESS = fileURLToPath(new URL("./stack-process.ts", import.meta.url));
const PLANT = new URL("./plant.ts", import.meta.url);

/** A stack on a data folder, in a process of its own that ends by being killed. */
export class KilledStack {
  readonly doors: Doors;
  readonly #process: ChildProcess;

  private constructor(child: ChildProcess, doors: Doors) {
    this.#process = child;
    this.doors = doors;
  }

  /**
   * Starts one.
   *
   * @param planted Name of a bug that it has, see {@link PLANTED_BUGS}.
   * @throws Error when it does not start.
   */
  static async start(
    dataDir: string,
    onExpress: (arn: string) => void,
    planted?: string,
  ): Promise<KilledStack> {
    const child = fork(STACK_PROCESS, [dataDir], {
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      ...(planted !== undefined && { execArgv: ["--import", PLANT.href] }),
      env: { ...process.env, PLANTED_BUG: planted },
    });
    let said = "";
    child.stderr?.on("data", (chunk) => {
      said += chunk;
    });
    const doors = await new Promise<Doors>((resolve, reject) => {
      child.on("message", (message: StackMessage) => {
        if (message.kind === "ready") resolve(message.doors);
        else onExpress(message.arn);
      });
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
