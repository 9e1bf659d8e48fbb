import type { Kernel } from "../kernel.ts";
import type { RecordedArchive } from "../program/recorded.ts";
import type { CallContext, Need, Operation, Service } from "../service.ts";
import { ServiceError } from "../service-error.ts";
import { AsyncInvoker } from "./async-invoker.ts";
import { type AsyncSettings, DEFAULT_ASYNC_SETTINGS } from "./async-settings.ts";
import { CodeFolders } from "./code-folders.ts";
import type { Executor } from "./executor.ts";
import { describeFunction } from "./function-configuration.ts";
import type { FunctionDefinition } from "./function-definition.ts";
import { FunctionPool, type Invocation } from "./pool.ts";

type Input = Record<string, unknown>;

/** One invocation that is over, for metrics and cost. */
export interface InvocationEnd extends Invocation {
  definition: FunctionDefinition;
}

const SYNC_BYTES = 6 * 1024 * 1024;
const ASYNC_BYTES = 1024 * 1024;

/** Lambda: the functions of the program, run by an executor. */
export class Lambda implements Service {
  readonly name = "lambda";
  readonly operations: Readonly<Record<string, Operation>>;
  readonly #kernel: Kernel;
  readonly #executor: Executor;
  readonly #folders = new CodeFolders();
  readonly #pools = new Map<string, FunctionPool>();
  readonly #asyncSettings = new Map<string, AsyncSettings>();
  readonly #async: AsyncInvoker;
  readonly #listeners = new Set<(end: InvocationEnd) => void>();
  /** Event source mappings, as ListEventSourceMappings shows them. */
  mappings: () => unknown[] = () => [];

  constructor(kernel: Kernel, executor: Executor) {
    this.#kernel = kernel;
    this.#executor = executor;
    this.#async = new AsyncInvoker(kernel);
    const onFunction = (action: string) => (input: Input) => [this.#need(action, input)];
    const onAll = (action: string) => () => [{ action: `lambda:${action}`, resource: "*" }];
    this.operations = {
      Invoke: {
        needs: onFunction("InvokeFunction"),
        run: (input, context) => this.#invoke(input, context),
      },
      GetFunction: { needs: onFunction("GetFunction"), run: (input) => this.#get(input) },
      GetFunctionConfiguration: {
        needs: onFunction("GetFunctionConfiguration"),
        run: (input) => describeFunction(this.#pool(input).definition),
      },
      ListFunctions: {
        needs: onAll("ListFunctions"),
        run: () => ({
          Functions: [...this.#pools.values()].map(({ definition }) =>
            describeFunction(definition),
          ),
        }),
      },
      GetPolicy: { needs: onFunction("GetPolicy"), run: (input) => this.#policy(input) },
      ListEventSourceMappings: {
        needs: onAll("ListEventSourceMappings"),
        run: () => ({ EventSourceMappings: this.mappings() }),
      },
    };
  }

  /** Asynchronous events that have not come to their end. */
  get pendingEvents(): number {
    return this.#async.pending;
  }

  /** Adds a function, or puts another definition in its place; running invocations end on the old code. */
  put(definition: FunctionDefinition): void {
    const known = this.#pools.get(definition.name);
    if (known) known.update(definition);
    else {
      const pool = new FunctionPool(this.#kernel, this.#executor, this.#folders, definition);
      this.#pools.set(definition.name, pool);
    }
  }

  /** Gives a function new code; answers whether it is new. */
  updateCode(functionName: string, code: RecordedArchive): boolean {
    const pool = this.#pools.get(functionName);
    if (!pool || pool.definition.code.hash === code.hash) return false;
    pool.update({ ...pool.definition, code });
    return true;
  }

  /** Sets how a function's asynchronous invocations are retried, and where failures go. */
  configureAsync(functionName: string, settings: AsyncSettings): void {
    this.#asyncSettings.set(functionName, settings);
  }

  /** What a function was declared as; undefined when there is no such function. */
  definitionOf(nameOrArn: string): FunctionDefinition | undefined {
    return this.#pools.get(nameIn(nameOrArn))?.definition;
  }

  /** Starts an environment of a function ahead of its first event. */
  async warm(functionName: string): Promise<void> {
    await this.#pools.get(functionName)?.warm();
  }

  /** Calls back after every invocation; the answer stops it. */
  onInvocationEnded(listener: (end: InvocationEnd) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Ends every environment. */
  async stop(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.stop()));
    this.#folders.remove();
  }

  async #invoke(input: Input, { requestId }: CallContext): Promise<Input> {
    const pool = this.#pool(input);
    const type = String(input["InvocationType"] ?? "RequestResponse");
    const event = String(input["Payload"] || "{}");
    checkEvent(event, type === "Event" ? ASYNC_BYTES : SYNC_BYTES);
    if (type === "DryRun") return { StatusCode: 204 };
    const run = () => this.#run(pool, event, requestId);
    if (type === "Event") {
      const { definition } = pool;
      const settings = this.#asyncSettings.get(definition.name) ?? DEFAULT_ASYNC_SETTINGS;
      this.#async.accept(definition, settings, event, requestId, run);
      return { StatusCode: 202, Payload: "" };
    }
    const { outcome } = await run();
    const answer = { StatusCode: 200, ExecutedVersion: "$LATEST" };
    return outcome.error
      ? { ...answer, FunctionError: "Unhandled", Payload: JSON.stringify(outcome.error) }
      : { ...answer, Payload: outcome.payload };
  }

  async #run(pool: FunctionPool, event: string, requestId: string): Promise<Invocation> {
    const { definition } = pool;
    const seconds = Math.floor(this.#kernel.clock.now() / 1000).toString(16);
    const root = requestId.replaceAll("-", "").slice(0, 24).padEnd(24, "0");
    const trace = `Root=1-${seconds.padStart(8, "0")}-${root};Parent=${root.slice(0, 16)};Sampled=1`;
    const invocation = await pool.invoke(event, requestId, trace);
    const { error } = invocation.outcome;
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
    for (const listener of this.#listeners) listener({ ...invocation, definition });
    return invocation;
  }

  #get(input: Input): Input {
    const { definition } = this.#pool(input);
    return {
      Configuration: describeFunction(definition),
      Code: { RepositoryType: "local", Location: this.#folders.folderOf(definition.code) },
    };
  }

  #policy(input: Input): Input {
    const { arn } = this.#pool(input).definition;
    const policy = this.#kernel.policies.resourcePolicy(arn);
    if (!policy) {
      throw new ServiceError(
        "ResourceNotFoundException",
        "The resource you requested does not exist.",
        404,
      );
    }
    return { Policy: JSON.stringify({ ...policy, Id: "default" }) };
  }

  #pool({ FunctionName }: Input): FunctionPool {
    const pool = this.#pools.get(nameIn(String(FunctionName ?? "")));
    if (pool) return pool;
    throw new ServiceError(
      "ResourceNotFoundException",
      `Function not found: ${this.#arn(FunctionName)}`,
      404,
    );
  }

  #need(action: string, { FunctionName }: Input): Need {
    return { action: `lambda:${action}`, resource: this.#arn(FunctionName) };
  }

  #arn(nameOrArn: unknown): string {
    const { region, account } = this.#kernel;
    return `arn:aws:lambda:${region}:${account}:function:${nameIn(String(nameOrArn ?? ""))}`;
  }
}

/** A function's name, from the name, a partial ARN, or a whole one; the only version is $LATEST. */
function nameIn(nameOrArn: string): string {
  const bare = nameOrArn.replace(/:\$LATEST$/, "");
  return bare.slice(bare.lastIndexOf(":") + 1);
}

function checkEvent(event: string, mostBytes: number): void {
  const bytes = Buffer.byteLength(event);
  if (bytes > mostBytes) {
    throw new ServiceError(
      "RequestTooLargeException",
      `Request must be smaller than ${mostBytes} bytes for the InvokeFunction operation`,
      413,
    );
  }
  try {
    JSON.parse(event);
  } catch (error) {
    throw new ServiceError(
      "InvalidRequestContentException",
      `Could not parse request body into json: ${(error as Error).message}`,
    );
  }
}
