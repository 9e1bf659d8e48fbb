import { SystemClock } from "../../kernel/clock.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { CallContext, Operation, Service } from "../../kernel/service.ts";
import { ServiceError } from "../../kernel/service-error.ts";
import { newTraceHeader } from "../../kernel/trace-header.ts";
import { unattended } from "../../kernel/unattended.ts";
import type { RecordedArchive } from "../../program/recorded.ts";
import type { Inspect } from "../../program/service-definition.ts";
import { AccountConcurrency, type ConcurrencyInUse } from "./account-concurrency.ts";
import { type AsyncEvent, AsyncInvoker, type AsyncStep } from "./async-invoker.ts";
import { type AsyncSettings, DEFAULT_ASYNC_SETTINGS } from "./async-settings.ts";
import { type Capacity, machineCapacity } from "./capacity.ts";
import { CodeFolders } from "./code-folders.ts";
import { openToDebuggers } from "./debuggers.ts";
import type { Executor, RuntimeFailure } from "./executor.ts";
import type { FunctionDefinition } from "./function-definition.ts";
import { FunctionRegistry } from "./function-registry.ts";
import type { Invocation, InvokeRequest, PoolJob } from "./invocation.ts";
import { type InvokeInput, readInvokeInput } from "./invoke-input.ts";
import { lambdaMembers } from "./members.ts";
import { FunctionPool, onMachineTime, type PoolParts } from "./pool.ts";
import { type ReadyTurn, ReadyTurns } from "./ready-turns.ts";
import { Scheduler } from "./scheduler.ts";
import type { Urgency } from "./turn.ts";

type Input = Record<string, unknown>;

/** One invocation that has ended or was throttled; for metrics and cost. Times are in milliseconds. */
export interface InvocationEnd {
  definition: FunctionDefinition;
  requestId: string;
  /** 0 when it was throttled. */
  durationMs: number;
  /** How long the environment took to start, where this invocation was its first. */
  initMs?: number;
  /** Whether the invocation waited for its environment to start. */
  cold: boolean;
  timedOut: boolean;
  /** Throttled for lack of concurrency; the function did not run. */
  throttled: boolean;
  /** What was in use once it was admitted; undefined when it was throttled. */
  inUse?: ConcurrencyInUse;
  error?: RuntimeFailure;
}

/** What may be chosen for the whole service. */
export interface LambdaOptions {
  /** How long an environment without events is kept, in milliseconds. @default two minutes */
  idleMs?: number;
  /** Folder of the program; source maps lead to files in it. */
  root?: string | undefined;
  /** Which functions debuggers attach to. @default none */
  inspect?: Inspect | undefined;
  /** How much runs concurrently. @default what suits the machine */
  capacity?: Capacity;
}

// AWS keeps idle environments for some minutes; here each of them holds a process.
const IDLE_MS = 120_000;
const TAIL_BYTES = 4096;

/** Lambda: the functions of the program, run by an executor. */
export class Lambda implements Service {
  readonly name = "lambda";
  readonly operations: Readonly<Record<string, Operation>>;
  readonly members = lambdaMembers;
  readonly #kernel: Kernel;
  readonly #parts: PoolParts;
  readonly #functions: FunctionRegistry;
  readonly #turns = new ReadyTurns();
  readonly #asyncSettings = new Map<string, AsyncSettings>();
  readonly #async: AsyncInvoker;
  readonly #inspect: Inspect | undefined;
  readonly #listeners = new Set<(end: InvocationEnd) => void>();
  #stopped = false;

  constructor(kernel: Kernel, executor: Executor, options: LambdaOptions = {}) {
    const { idleMs = IDLE_MS, capacity = machineCapacity(), root, inspect } = options;
    this.#kernel = kernel;
    const folders = new CodeFolders(root);
    const concurrency = new AccountConcurrency();
    const scheduler = new Scheduler(executor.clock ?? new SystemClock(), capacity);
    this.#parts = { kernel, executor, folders, concurrency, scheduler, idleMs };
    const functions = new FunctionRegistry(kernel, folders);
    this.#functions = functions;
    this.#inspect = inspect;
    this.#async = new AsyncInvoker(kernel);
    const onFunction = (action: string) => (input: Input) => [functions.need(action, input)];
    const onAll = (action: string) => () => [{ action: `lambda:${action}`, resource: "*" }];
    this.operations = {
      Invoke: {
        needs: onFunction("InvokeFunction"),
        run: (input, context) => this.#invoke(input, context),
      },
      GetFunction: { needs: onFunction("GetFunction"), run: (input) => functions.get(input) },
      GetFunctionConfiguration: {
        needs: onFunction("GetFunctionConfiguration"),
        run: (input) => functions.configuration(input),
      },
      ListFunctions: { needs: onAll("ListFunctions"), run: (input) => functions.list(input) },
      GetPolicy: { needs: onFunction("GetPolicy"), run: (input) => functions.policy(input) },
    };
  }

  /** Asynchronous events that have not ended. */
  get pendingEvents(): number {
    return this.#async.pending;
  }

  /**
   * Adds a function, or replaces its definition; running invocations end on the old one.
   *
   * @throws Error when it reserves more concurrency than the account can spare.
   */
  put(definition: FunctionDefinition): void {
    const { name, reservedConcurrency } = definition;
    this.#parts.concurrency.reserve(name, reservedConcurrency);
    const known = this.#functions.pool(name);
    known?.update(definition);
    this.#parts.executor.prepare?.(definition);
    this.#functions.add(known ?? new FunctionPool(this.#parts, definition));
  }

  /** Adds an alias of a function: another name for its newest code. */
  addAlias(functionName: string, alias: string): void {
    this.#functions.addAlias(functionName, alias);
  }

  /** Updates the code of a function; returns whether it has changed. */
  updateCode(functionName: string, code: RecordedArchive): boolean {
    const pool = this.#functions.pool(functionName);
    if (!pool || pool.definition.code.hash === code.hash) return false;
    this.put({ ...pool.definition, code });
    if (this.#inspect?.functions.length && pool.isSingle) {
      // A debugger attaches again, and its breakpoints are there before the next event.
      unattended("the start of a function's process", () => pool.warm());
    }
    return true;
  }

  /** Sets how a function's asynchronous invocations are retried, and where failures go. */
  configureAsync(functionName: string, settings: AsyncSettings): void {
    this.#asyncSettings.set(functionName, settings);
  }

  /** The definition of a function; undefined if it does not exist. */
  definitionOf(nameOrArn: string): FunctionDefinition | undefined {
    return this.#functions.pool(nameOrArn)?.definition;
  }

  /**
   * Waits until a function can run one more event, behind all other background work that waits. Rejects
   * with the signal's reason once that is aborted.
   *
   * @throws ServiceError ResourceNotFoundException
   */
  async turn(functionName: string, signal?: AbortSignal): Promise<ReadyTurn> {
    const pool = this.#functions.named({ FunctionName: functionName });
    // A function with a reserved concurrency of 0 is throttled, without waiting.
    if (pool.definition.reservedConcurrency === 0) {
      return { requestId: this.#kernel.newId(), giveBack: () => {} };
    }
    const turn = await onMachineTime(
      this.#parts,
      this.#parts.scheduler.turn(pool, { urgency: "background", signal }),
    );
    return this.#turns.hold(this.#kernel.newId(), turn);
  }

  /** Calls back after every invocation; returns a function that stops it. */
  onInvocationEnded(listener: (end: InvocationEnd) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls back at every step of an asynchronous event; returns a function that stops it. */
  onAsyncStep(listener: (step: AsyncStep) => void): () => void {
    return this.#async.onStep(listener);
  }

  /** Ports on which debuggers attach, by the name of the function. */
  get inspectPorts(): ReadonlyMap<string, number> {
    const definitions = this.#functions.pools.map(({ definition }) => definition);
    return new Map(
      definitions.flatMap(({ name, inspectPort }) => (inspectPort ? [[name, inspectPort]] : [])),
    );
  }

  /**
   * Lets debuggers attach to the functions that were chosen for it, once all are there. Functions that were named start
   * at once, so that breakpoints are set before the first event.
   *
   * @throws Error naming a function that is not there, and the nearest one.
   */
  async openToDebuggers(): Promise<void> {
    if (this.#inspect) await openToDebuggers(this.#functions.pools, this.#inspect);
  }

  /** Resumes asynchronous events that an earlier run left. */
  resume(): void {
    this.#async.resume(({ functionName, ...kept }) => {
      const pool = this.#functions.pool(functionName);
      return pool && this.#asyncEvent(pool, kept, kept);
    });
  }

  /** Ends every environment; no function runs again, and asynchronous events that wait are for the next start. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#async.stop();
    this.#parts.scheduler.stop();
    await Promise.all(this.#functions.pools.map((pool) => pool.stop()));
    this.#parts.executor.stop?.();
    this.#parts.folders.remove();
  }

  async #invoke(input: Input, context: CallContext): Promise<Input> {
    const { requestId, signal, onStarted } = context;
    const pool = this.#functions.invoked(input);
    const invoke = readInvokeInput(input);
    if (invoke.type !== "RequestResponse") onStarted?.();
    if (invoke.type === "DryRun") return { StatusCode: 204 };
    if (invoke.type === "Event") {
      this.#async.accept(this.#asyncEvent(pool, invoke, context));
      return { StatusCode: 202, Payload: "" };
    }
    const urgency = this.#urgencyOf(context);
    const takeTurn = () => this.#turns.take(requestId);
    const request = { urgency, takeTurn, signal, onStarted };
    const { outcome, lines } = await this.#run(pool, invoke, context, request);
    const answer = {
      StatusCode: 200,
      ExecutedVersion: "$LATEST",
      ...(lines && { LogResult: logResult(lines) }),
    };
    return outcome.error
      ? { ...answer, FunctionError: "Unhandled", Payload: JSON.stringify(outcome.error) }
      : { ...answer, Payload: outcome.payload };
  }

  #asyncEvent(
    pool: FunctionPool,
    { event, clientContext }: Pick<InvokeInput, "event" | "clientContext">,
    { requestId, traceHeader }: Pick<CallContext, "requestId" | "traceHeader">,
  ): AsyncEvent {
    const { definition } = pool;
    const settings = this.#asyncSettings.get(definition.name) ?? DEFAULT_ASYNC_SETTINGS;
    const input = { event, clientContext, tail: false };
    const invoke = (onStarted: () => void) =>
      this.#run(pool, input, { requestId, traceHeader }, { urgency: "background", onStarted });
    return { definition, settings, event, clientContext, requestId, traceHeader, invoke };
  }

  async #run(
    pool: FunctionPool,
    { event, clientContext, tail }: Pick<PoolJob, "event" | "clientContext" | "tail">,
    { requestId, traceHeader }: Pick<CallContext, "requestId" | "traceHeader">,
    request: InvokeRequest,
  ): Promise<Invocation> {
    if (this.#stopped) throw new ServiceError("ServiceException", "Lambda has been stopped", 500);
    const { definition } = pool;
    const trace = traceHeader ?? newTraceHeader(requestId, this.#kernel.clock.now());
    const job = { event, clientContext, ...(tail && { tail }), requestId, trace };
    let invocation: Invocation;
    try {
      invocation = await pool.invoke(job, request);
    } catch (error) {
      if (error instanceof ServiceError && error.status === 429) {
        this.#ended({
          requestId,
          durationMs: 0,
          cold: false,
          timedOut: false,
          throttled: true,
          definition,
        });
      }
      throw error;
    }
    const { lines: _lines, outcome, ...rest } = invocation;
    const { error } = outcome;
    if (error) {
      this.#kernel.trace.emit({
        from: definition.name,
        to: definition.arn,
        kind: "lambda:error",
        requestId,
        decision: "failed",
        detail: `${error.errorType}: ${error.errorMessage}`,
      });
    }
    this.#ended({ ...rest, throttled: false, definition, ...(error && { error }) });
    return invocation;
  }

  /** A function's credentials contain its name: what it calls runs while it waits. */
  #urgencyOf({ caller, background }: CallContext): Urgency {
    if (background) return "background";
    const isFunction =
      caller.kind === "role" && this.definitionOf(caller.sessionName)?.roleArn === caller.roleArn;
    return isFunction ? "nested" : "call";
  }

  #ended(end: InvocationEnd): void {
    for (const listener of this.#listeners) listener(end);
  }
}

function logResult(lines: string[]): string {
  return Buffer.from(lines.map((line) => `${line}\n`).join(""))
    .subarray(-TAIL_BYTES)
    .toString("base64");
}
