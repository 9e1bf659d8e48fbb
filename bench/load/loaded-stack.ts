import { type ChildProcess, fork } from "node:child_process";
import { createWriteStream } from "node:fs";
import { fileURLToPath } from "node:url";
import { type CpuTime, cpuTime, type ProcessFamily, processFamily } from "../process-family.ts";
import type { StackMessage } from "./stack-process.ts";

const STACK_PROCESS = fileURLToPath(new URL("./stack-process.ts", import.meta.url));
const WATCH_MS = 500;

/** The most that a stack's processes have used at once. */
export interface Peak {
  functions: number;
  residentMegabytes: number;
  proportionalMegabytes: number | undefined;
}

/** A stack that was just started, in a process of its own. */
export class LoadedStack {
  readonly ordersUrl: string;
  readonly awsEndpoint: string;
  /** Workflows that are over, by their status. */
  readonly ended = new Map<string, number>();
  readonly peak: Peak = { functions: 0, residentMegabytes: 0, proportionalMegabytes: undefined };
  /** Called with the ARN of each execution that ends, and its status. */
  onEnded: ((execution: string, status: string) => void) | undefined;
  /** When the last workflow ended, on the clock of `performance`. */
  lastEndAt = 0;
  readonly #process: ChildProcess;
  #watch: NodeJS.Timeout | undefined;

  private constructor(child: ChildProcess, ordersUrl: string, awsEndpoint: string) {
    this.#process = child;
    this.ordersUrl = ordersUrl;
    this.awsEndpoint = awsEndpoint;
    child.on("message", (message: StackMessage) => {
      if (message.kind !== "ended") return;
      this.onEnded?.(message.execution, message.status);
      this.ended.set(message.status, (this.ended.get(message.status) ?? 0) + 1);
      this.lastEndAt = performance.now();
    });
  }

  /**
   * Starts one. What it prints goes to a file, where one is named.
   *
   * @param dataDir where it keeps its data; it lives in memory without one.
   * @throws Error when it does not start.
   */
  static async start(logFile?: string, dataDir?: string): Promise<LoadedStack> {
    const child = fork(STACK_PROCESS, dataDir ? [dataDir] : [], {
      stdio: ["ignore", "pipe", "inherit", "ipc"],
    });
    if (logFile) child.stdout?.pipe(createWriteStream(logFile));
    else child.stdout?.resume();
    const ready = await new Promise<Extract<StackMessage, { kind: "ready" }>>((resolve, reject) => {
      child.once("message", (message: StackMessage) => {
        if (message.kind === "ready") resolve(message);
        else reject(new Error(`the stack did not start: ${JSON.stringify(message)}`));
      });
      child.once("exit", (code) => reject(new Error(`the stack ended with ${code} at its start`)));
    });
    return new LoadedStack(child, ready.ordersUrl, ready.awsEndpoint);
  }

  get endedCount(): number {
    return [...this.ended.values()].reduce((sum, count) => sum + count, 0);
  }

  /** The processor time that it has used; only Linux tells. */
  cpuTime(): CpuTime | undefined {
    return cpuTime(this.#process.pid ?? 0);
  }

  /** Looks at its processes twice a second from now on. */
  watch(): void {
    this.#watch = setInterval(() => {
      const { memory, functions } = processFamily(this.#process.pid ?? 0);
      this.#note(memory, functions);
    }, WATCH_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#watch);
    if (this.#process.exitCode !== null) return;
    const ended = new Promise((resolve) => this.#process.once("exit", resolve));
    this.#process.disconnect();
    await ended;
  }

  #note({ resident, proportional }: ProcessFamily["memory"], functions: number): void {
    const { peak } = this;
    peak.functions = Math.max(peak.functions, functions);
    peak.residentMegabytes = Math.max(peak.residentMegabytes, resident);
    if (proportional === undefined) return;
    peak.proportionalMegabytes = Math.max(peak.proportionalMegabytes ?? 0, proportional);
  }
}
