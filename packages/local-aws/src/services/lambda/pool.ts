import { type Clock, SystemClock } from "../../kernel/clock.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { unattended } from "../../kernel/unattended.ts";
import type { AccountConcurrency } from "./account-concurrency.ts";
import type { CodeFolders } from "./code-folders.ts";
import type { Executor, Outcome, RuntimeFailure } from "./executor.ts";
import type { FunctionDefinition } from "./function-definition.ts";
import type { Invocation, InvokeRequest, PoolJob } from "./invocation.ts";
import { type LogAccess, LogWriter } from "./log-writer.ts";
import { endLines, startLine } from "./platform-lines.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Seat } from "./seat.ts";
import type { SeatSource, Turn } from "./turn.ts";

/** What the pools of all functions share. */
export interface PoolParts {
  kernel: Kernel;
  executor: Executor;
  folders: CodeFolders;
  concurrency: AccountConcurrency;
  scheduler: Scheduler;
  /** How long an environment without events is kept. */
  idleMs: number;
}

// Lambda gives the init phase ten seconds, and where that is too little starts it again as part of the invocation,
// within the function's timeout. Here it is started once and may take as long as the longer of the two.
const INIT_LIMIT_MS = 10_000;
// What the code of a function without a limit is told that it has left.
const MAX_TIMEOUT_MS = 900_000;
// Lambda's own number; it is 100 more than 6 MiB.
const MAX_ANSWER_BYTES = 6_291_556;

/** Holds a virtual clock while environments work that live in the machine's own time, or while they are waited for. */
export function onMachineTime<T>(
  { executor, kernel }: Pick<PoolParts, "executor" | "kernel">,
  work: Promise<T>,
): Promise<T> {
  return executor.clock ? work : kernel.clock.hold(work);
}

/**
 * The environments of one function: one event each at a time, the most recently used first. Timeouts and durations
 * run on the executor's clock, as its environments do; processes live in the machine's time whatever the kernel's
 * clock is. The times in logs are the kernel's.
 */
export class FunctionPool implements SeatSource {
  definition: FunctionDefinition;
  readonly #parts: PoolParts;
  readonly #clock: Clock;
  /** Milliseconds for durations: finer than a clock's where the machine's own time is meant. */
  readonly #elapsed: () => number;
  /** The longest idle is first. */
  readonly #idle: Seat[] = [];
  readonly #seats = new Set<Seat>();
  #access: LogAccess = { refused: false };

  constructor(parts: PoolParts, definition: FunctionDefinition) {
    this.#parts = parts;
    const { clock } = parts.executor;
    this.#clock = clock ?? new SystemClock();
    this.#elapsed = clock ? () => clock.now() : () => performance.now();
    this.definition = definition;
  }

  get size(): number {
    return this.#seats.size;
  }

  get isSingle(): boolean {
    return this.definition.inspectPort !== undefined;
  }

  get lasting(): number {
    let count = 0;
    for (const { definition } of this.#seats) if (definition === this.definition) count++;
    return count;
  }

  /** Sets a new definition; running invocations end on the old one. */
  update(definition: FunctionDefinition): void {
    this.definition = definition;
    this.#access = { refused: false };
    for (const seat of this.#idle.splice(0)) this.#end(seat);
  }

  /** Starts an environment ahead of the first event, if there is none; settles when it is ready or has failed. */
  async warm(): Promise<void> {
    if (this.size > 0 || this.definition.reservedConcurrency === 0) return;
    await this.#parts.scheduler.open(this);
  }

  /**
   * Runs one event, on the turn that was taken for it or as soon as it gets one.
   *
   * @throws ServiceError TooManyRequestsException when as many of its events run or wait as it has concurrency, or the
   * signal's reason.
   */
  invoke(job: PoolJob, request: InvokeRequest): Promise<Invocation> {
    return onMachineTime(this.#parts, this.#invoke(job, request));
  }

  async #invoke(job: PoolJob, request: InvokeRequest): Promise<Invocation> {
    const { concurrency, scheduler } = this.#parts;
    const leave = concurrency.enter(this.definition.name);
    try {
      const turn = request.takeTurn?.() ?? (await scheduler.turn(this, request));
      request.onStarted?.();
      const { inUse, giveBack } = concurrency.take(this.definition.name);
      try {
        return { ...(await this.#run(turn, job)), inUse };
      } finally {
        unattended("the lines of a function", () => turn.seat.logs.flush());
        giveBack();
        turn.end();
      }
    } finally {
      leave();
    }
  }

  /** Ends every environment. */
  async stop(): Promise<void> {
    const seats = [...this.#seats];
    for (const seat of seats) this.#end(seat);
    await Promise.all(seats.map(({ logs }) => logs.flush()));
  }

  takeIdle(): Seat | undefined {
    for (let seat = this.#idle.pop(); seat; seat = this.#idle.pop()) {
      seat.retire?.cancel();
      if (seat.environment.alive) return seat;
      // It died while it was idle.
      this.#end(seat);
    }
    return undefined;
  }

  idleSince(): number | undefined {
    // A debugger that is attached stays so.
    if (this.isSingle) return undefined;
    return this.#idle[0]?.idleSince;
  }

  endOldestIdle(): void {
    const [seat] = this.#idle;
    if (seat) this.#leave(seat);
  }

  async open(): Promise<Seat> {
    const { definition } = this;
    const { kernel, executor, folders } = this.#parts;
    const day = new Date(kernel.clock.now()).toISOString().slice(0, 10).replaceAll("-", "/");
    const logStream = `${day}/[$LATEST]${kernel.newId().replaceAll("-", "")}`;
    const logs = new LogWriter(kernel, definition, logStream, this.#access);
    const environment = executor.start({
      definition,
      get folder() {
        return folders.folderOf(definition.code);
      },
      credentials: kernel.credentials.mint(definition.roleArn, definition.name),
      logStream,
      onLine: (line) => logs.line(line),
    });
    const openedAt = this.#elapsed();
    const seat: Seat = { environment, logs, definition, openedAt, used: false, idleSince: 0 };
    this.#seats.add(seat);
    const settled = environment.ready.catch((failure: RuntimeFailure) => {
      seat.failure = failure;
    });
    const isSettled = await this.#within(
      initLimitMs(definition),
      seat,
      settled.then(() => true),
    );
    if (isSettled) seat.initMs = this.#elapsed() - openedAt;
    return seat;
  }

  rest(seat: Seat): void {
    const { environment, failure, definition } = seat;
    if (!environment.alive || failure || definition !== this.definition) {
      this.#end(seat);
      return;
    }
    this.#idle.push(seat);
    seat.idleSince = this.#clock.now();
    if (!this.isSingle) {
      seat.retire = this.#clock.after(this.#parts.idleMs, () => this.#leave(seat));
    }
  }

  async #run({ seat, cold }: Turn, job: PoolJob): Promise<Omit<Invocation, "inUse">> {
    const { definition, logs } = seat;
    const { requestId } = job;
    const { clock } = this.#parts.kernel;
    const lines = job.tail ? logs.capture() : undefined;
    const limitMs = timeLimitMs(definition);
    const { initMs = initLimitMs(definition) } = seat;
    const began = this.#elapsed();
    const start = startLine(definition, requestId, clock.now());
    if (start) logs.line(start);
    const leftMs = cold && initMs > INIT_LIMIT_MS ? limitMs - initMs : limitMs;
    const outcome = await this.#outcomeOf(seat, job, leftMs);
    const durationMs = this.#elapsed() - began;
    const timedOut = outcome === undefined;
    const ended = timedOut ? timeout(requestId, definition.timeoutSeconds) : withinSize(outcome);
    const { error, memoryBytes } = ended;
    const status = timedOut ? "timeout" : error ? "error" : "success";
    const first = seat.used ? {} : { initMs };
    seat.used = true;
    const report = { requestId, durationMs, memoryBytes, status, error, ...first } as const;
    for (const line of endLines(definition, report, clock.now())) logs.line(line);
    const said = lines && { lines: lines() };
    return { requestId, outcome: ended, durationMs, cold, timedOut, ...first, ...said };
  }

  /** Undefined when time ran out. */
  async #outcomeOf(seat: Seat, job: PoolJob, leftMs: number): Promise<Outcome | undefined> {
    if (seat.failure) return { error: seat.failure };
    if (seat.initMs === undefined) return undefined;
    const deadline = this.#clock.now() + Math.min(leftMs, MAX_TIMEOUT_MS);
    const { tail: _tail, ...rest } = job;
    const { arn } = seat.definition;
    return this.#within(leftMs, seat, seat.environment.run({ ...rest, arn, deadline }));
  }

  /** The result of the work; undefined if it takes longer than `ms`, and its environment is ended then. */
  #within<T>(ms: number, { environment }: Seat, work: Promise<T>): Promise<T | undefined> {
    // Whoever reads code step by step takes as long as that takes.
    if (ms === Number.POSITIVE_INFINITY) return work;
    return new Promise((resolve, reject) => {
      const timer = this.#clock.after(ms, () => {
        environment.kill();
        resolve(undefined);
      });
      work.then(resolve, reject).finally(() => timer.cancel());
    });
  }

  #leave(seat: Seat): void {
    const index = this.#idle.indexOf(seat);
    if (index < 0) return;
    this.#idle.splice(index, 1);
    this.#end(seat);
  }

  #end(seat: Seat): void {
    seat.retire?.cancel();
    seat.environment.kill();
    unattended("the lines of a function", () => seat.logs.flush());
    this.#seats.delete(seat);
  }
}

function timeLimitMs({ timeoutSeconds, inspectPort }: FunctionDefinition): number {
  return inspectPort === undefined ? timeoutSeconds * 1000 : Number.POSITIVE_INFINITY;
}

function initLimitMs(definition: FunctionDefinition): number {
  return Math.max(INIT_LIMIT_MS, timeLimitMs(definition));
}

function timeout(requestId: string, seconds: number): Outcome {
  const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${seconds.toFixed(2)} seconds`;
  return { error: { errorType: "Sandbox.Timedout", errorMessage } };
}

function withinSize(outcome: Outcome): Outcome {
  const { payload = "", memoryBytes } = outcome;
  // A character has three bytes at most; most answers need no counting.
  if (payload.length * 3 <= MAX_ANSWER_BYTES) return outcome;
  if (Buffer.byteLength(payload) <= MAX_ANSWER_BYTES) return outcome;
  const errorMessage = `Response payload size exceeded maximum allowed payload size (${MAX_ANSWER_BYTES} bytes).`;
  return { error: { errorType: "Function.ResponseSizeTooLarge", errorMessage }, memoryBytes };
}
