import type { Kernel } from "../../kernel/kernel.ts";
import type { Need } from "../../kernel/service.ts";
import { ServiceError } from "../../kernel/service-error.ts";
import type { CodeFolders } from "./code-folders.ts";
import { describeFunction } from "./function-configuration.ts";
import type { FunctionDefinition } from "./function-definition.ts";
import { functionNameIn } from "./invoke-input.ts";
import type { FunctionPool } from "./pool.ts";

type Input = Record<string, unknown>;

interface Entry {
  pool: FunctionPool;
  modifiedAt: number;
}

const PAGE = 50;

/** The functions by their names, and the API operations that only read them. */
export class FunctionRegistry {
  readonly #kernel: Kernel;
  readonly #folders: CodeFolders;
  readonly #entries = new Map<string, Entry>();

  constructor(kernel: Kernel, folders: CodeFolders) {
    this.#kernel = kernel;
    this.#folders = folders;
  }

  get pools(): FunctionPool[] {
    return [...this.#entries.values()].map(({ pool }) => pool);
  }

  /** The pool of a function; undefined when there is no such function. */
  pool(nameOrArn: unknown): FunctionPool | undefined {
    return this.#entries.get(functionNameIn(nameOrArn))?.pool;
  }

  /** Adds a function, or notes that it has changed. */
  add(pool: FunctionPool): void {
    const modifiedAt = this.#kernel.clock.now();
    this.#entries.set(pool.definition.name, { pool, modifiedAt });
  }

  /** The pool that an API call names. @throws ServiceError ResourceNotFoundException */
  named({ FunctionName, Qualifier }: Input): FunctionPool {
    const pool = this.pool(FunctionName);
    const other = Qualifier && Qualifier !== "$LATEST" ? `:${Qualifier}` : "";
    if (pool && !other) return pool;
    throw notFound(`Function not found: ${this.#arn(FunctionName)}${other}`);
  }

  need(action: string, { FunctionName }: Input): Need {
    return { action: `lambda:${action}`, resource: this.#arn(FunctionName) };
  }

  /** GetFunction. */
  get(input: Input): Input {
    const { code, reservedConcurrency } = this.named(input).definition;
    return {
      Configuration: this.configuration(input),
      Code: { RepositoryType: "local", Location: this.#folders.folderOf(code) },
      ...(reservedConcurrency !== undefined && {
        Concurrency: { ReservedConcurrentExecutions: reservedConcurrency },
      }),
    };
  }

  /** GetFunctionConfiguration. */
  configuration(input: Input): Input {
    return this.#describe(this.named(input).definition);
  }

  /** ListFunctions. */
  list({ Marker, MaxItems }: Input): Input {
    const { pools } = this;
    const start = Number(Marker ?? 0);
    const end = start + Math.min(PAGE, Number(MaxItems ?? PAGE));
    return {
      Functions: pools.slice(start, end).map(({ definition }) => this.#describe(definition)),
      ...(end < pools.length && { NextMarker: String(end) }),
    };
  }

  /** GetPolicy. */
  policy(input: Input): Input {
    const { arn } = this.named(input).definition;
    const policy = this.#kernel.policies.resourcePolicy(arn);
    if (!policy) throw notFound("The resource you requested does not exist.");
    return { Policy: JSON.stringify({ ...policy, Id: "default" }) };
  }

  #describe(definition: FunctionDefinition): Input {
    return describeFunction(definition, this.#entries.get(definition.name)?.modifiedAt ?? 0);
  }

  #arn(nameOrArn: unknown): string {
    const { region, account } = this.#kernel;
    return `arn:aws:lambda:${region}:${account}:function:${functionNameIn(nameOrArn)}`;
  }
}

function notFound(message: string): ServiceError {
  return new ServiceError("ResourceNotFoundException", message, 404, { Type: "User" });
}
