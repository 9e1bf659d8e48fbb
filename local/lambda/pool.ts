import type { Kernel } from "../kernel.ts";
import { ServiceError } from "../service-error.ts";
import type { CodeFolders } from "./code-folders.ts";
import type { Environment, Executor, Outcome, RuntimeFailure } from "./executor.ts";
import type { FunctionDefinition } from "./function-definition.ts";
import { LogWriter } from "./log-writer.ts";
import { endLines, startLine } from "./platform-lines.ts";

/** What came of one invocation. */
export interface Invocation {
  requestId: string;
  outcome: Outcome;
  durationMs: number;
  /** How long the environment took to start, where this invocation was its first. */
  initMs?: number;
  timedOut: boolean;
}

interface Seat {
  environment: Environment;
  logs: LogWriter;
  /** Hash of the code that it runs. */
  code: string;
  startedAt: number;
  used: boolean;
  retire?: NodeJS.Timeout;
}

// AWS keeps idle environments for some minutes; here each of them holds a process.
const IDLE_MS = 120_000;
const ACCOUNT_CONCURRENCY = 1000;

/**
 * The environments of one function: one event each at a time, the most recently used first. Timeouts and durations
 * run on the machine's own clock, because the processes do.
 */
export class FunctionPool {
  definition: FunctionDefinition;
  readonly #kernel: Kernel;
  readonly #executor: Executor;
  readonly #folders: CodeFolders;
  readonly #idle: Seat[] = [];
  readonly #seats = new Set<Seat>();
  #busy = 0;

  constructor(
    kernel: Kernel,
    executor: Executor,
    folders: CodeFolders,
    definition: FunctionDefinition,
  ) {
    this.#kernel = kernel;
    this.#executor = executor;
    this.#folders = folders;
    this.definition = definition;
  }

  /** Environments that are busy now. */
  get concurrency(): number {
    return this.#busy;
  }

  /** Takes new code; running invocations end on the old one. */
  update(definition: FunctionDefinition): void {
    this.definition = definition;
    for (const seat of this.#idle.splice(0)) this.#end(seat);
  }

  /** Starts an environment ahead of the first event. */
  async warm(): Promise<void> {
    if (this.#idle.length > 0) return;
    const seat = this.#open();
    await seat.environment.ready.catch(() => {});
    this.#rest(seat);
  }

  /**
   * Runs one event.
   *
   * @throws ServiceError TooManyRequestsException when all environments that it may have are busy.
   */
  async invoke(event: string, requestId: string, trace: string): Promise<Invocation> {
    this.#checkConcurrency();
    this.#busy++;
    const seat = this.#idle.pop() ?? this.#open();
    clearTimeout(seat.retire);
    try {
      return await this.#run(seat, event, requestId, trace);
    } finally {
      this.#busy--;
      this.#rest(seat);
    }
  }

  /** Ends every environment. */
  async stop(): Promise<void> {
    const seats = [...this.#seats];
    for (const seat of seats) this.#end(seat);
    await Promise.all(seats.map(({ logs }) => logs.flush()));
  }

  #checkConcurrency(): void {
    const { reservedConcurrency } = this.definition;
    const most = reservedConcurrency ?? ACCOUNT_CONCURRENCY;
    if (this.#busy < most) return;
    const Reason =
      reservedConcurrency === undefined
        ? "ConcurrentInvocationLimitExceeded"
        : "ReservedFunctionConcurrentInvocationLimitExceeded";
    throw new ServiceError("TooManyRequestsException", "Rate Exceeded.", 429, {
      Reason,
      Type: "User",
    });
  }

  #open(): Seat {
    const { definition } = this;
    const now = new Date(this.#kernel.clock.now()).toISOString();
    const id = this.#kernel.newId().replaceAll("-", "");
    const logStream = `${now.slice(0, 10).replaceAll("-", "/")}/[$LATEST]${id}`;
    const logs = new LogWriter(this.#kernel, definition, logStream);
    const environment = this.#executor.start({
      definition,
      folder: this.#folders.folderOf(definition.code),
      credentials: this.#kernel.credentials.mint(definition.roleArn, definition.name),
      logStream,
      onLine: (line) => logs.line(line),
    });
    const startedAt = performance.now();
    const seat = { environment, logs, code: definition.code.hash, startedAt, used: false };
    this.#seats.add(seat);
    return seat;
  }

  async #run(seat: Seat, event: string, requestId: string, trace: string): Promise<Invocation> {
    const { environment, logs } = seat;
    const { definition } = this;
    const { clock } = this.#kernel;
    const failure = await environment.ready.then(
      () => undefined,
      (error: RuntimeFailure) => error,
    );
    const initMs = seat.used ? undefined : performance.now() - seat.startedAt;
    seat.used = true;
    const began = performance.now();
    const start = startLine(definition, requestId, clock.now());
    if (start) logs.line(start);
    const { outcome, timedOut } = failure
      ? { outcome: { error: failure }, timedOut: false }
      : await this.#within(seat, event, requestId, trace);
    const durationMs = performance.now() - began;
    if (outcome.error && (timedOut || failure)) logs.line(failureLine(outcome.error, clock.now()));
    const status = timedOut ? "timeout" : outcome.error ? "error" : "success";
    const { memoryBytes } = outcome;
    const report = { requestId, durationMs, initMs, memoryBytes, status } as const;
    for (const line of endLines(definition, report, clock.now())) logs.line(line);
    return { requestId, outcome, durationMs, timedOut, ...(initMs !== undefined && { initMs }) };
  }

  #within(
    { environment }: Seat,
    event: string,
    requestId: string,
    trace: string,
  ): Promise<{ outcome: Outcome; timedOut: boolean }> {
    const { timeoutSeconds, arn } = this.definition;
    const limitMs = timeoutSeconds * 1000;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        environment.kill();
        const seconds = timeoutSeconds.toFixed(2);
        const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`;
        resolve({
          outcome: { error: { errorType: "Sandbox.Timedout", errorMessage } },
          timedOut: true,
        });
      }, limitMs);
      const job = { requestId, event, trace, arn, deadline: Date.now() + limitMs };
      void environment.run(job).then((outcome) => {
        clearTimeout(timer);
        resolve({ outcome, timedOut: false });
      });
    });
  }

  #rest(seat: Seat): void {
    if (!seat.environment.alive || seat.code !== this.definition.code.hash) {
      this.#end(seat);
      return;
    }
    this.#idle.push(seat);
    seat.retire = setTimeout(() => {
      this.#idle.splice(this.#idle.indexOf(seat), 1);
      this.#end(seat);
    }, IDLE_MS);
    seat.retire.unref();
  }

  #end(seat: Seat): void {
    clearTimeout(seat.retire);
    seat.environment.kill();
    void seat.logs.flush();
    this.#seats.delete(seat);
  }
}

function failureLine({ errorType, errorMessage }: RuntimeFailure, now: number): string {
  return JSON.stringify({
    timestamp: new Date(now).toISOString(),
    level: "ERROR",
    errorType,
    message: errorMessage,
  });
}
