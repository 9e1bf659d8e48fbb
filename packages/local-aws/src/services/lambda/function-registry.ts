import type { Kernel } from "../../kernel/kernel.ts";
import type { Need } from "../../kernel/service.ts";
import { ServiceError } from "../../kernel/service-error.ts";
import type { CodeFolders } from "./code-folders.ts";
import { describeFunction } from "./function-configuration.ts";
import type { FunctionDefinition } from "./function-definition.ts";
import { functionReferenceIn } from "./invoke-input.ts";
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
  /** Every alias as `function:alias`. Each leads to the function's newest code. */
  readonly #aliases = new Set<string>();

  constructor(kernel: Kernel, folders: CodeFolders) {
    this.#kernel = kernel;
    this.#folders = folders;
  }

  get pools(): FunctionPool[] {
    return [...this.#entries.values()].map(({ pool }) => pool);
  }

  /** The pool of a function; undefined if the function or its alias does not exist. */
  pool(nameOrArn: unknown): FunctionPool | undefined {
    const { name, qualifier } = functionReferenceIn(nameOrArn);
    if (qualifier && !this.#aliases.has(`${name}:${qualifier}`)) return undefined;
    return this.#entries.get(name)?.pool;
  }

  /** Adds an alias of a function. */
  addAlias(functionName: string, alias: string): void {
    this.#aliases.add(`${functionName}:${alias}`);
  }

  /** Adds a function, or notes that it has changed. */
  add(pool: FunctionPool): void {
    const modifiedAt = this.#kernel.clock.now();
    this.#entries.set(pool.definition.name, { pool, modifiedAt });
  }

  /** The pool that an API call names. @throws ServiceError ResourceNotFoundException */
  named({ FunctionName, Qualifier }: Input): FunctionPool {
    const qualified = this.#qualified({ FunctionName, Qualifier });
    const pool = this.pool(qualified);
    if (pool) return pool;
    throw notFound(`Function not found: ${qualified}`);
  }

  /** The pool that an Invoke names; its error contains the version. @throws ServiceError ResourceNotFoundException */
  invoked(input: Input): FunctionPool {
    const qualified = this.#qualified(input);
    const pool = this.pool(qualified);
    if (pool) return pool;
    const { qualifier } = functionReferenceIn(qualified);
    throw notFound(`Function not found: ${qualified}${qualifier ? "" : ":$LATEST"}`);
  }

  need(action: string, input: Input): Need {
    return { action: `lambda:${action}`, resource: this.#qualified(input) };
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
    this.named(input);
    const policy = this.#kernel.policies.resourcePolicy(this.#qualified(input));
    if (!policy) throw notFound("The resource you requested does not exist.");
    return { Policy: JSON.stringify({ ...policy, Id: "default" }) };
  }

  #describe(definition: FunctionDefinition): Input {
    return describeFunction(definition, this.#entries.get(definition.name)?.modifiedAt ?? 0);
  }

  /** ARN of what a call names, with the version or alias if it names one. */
  #qualified({ FunctionName, Qualifier }: Input): string {
    const { region, account } = this.#kernel;
    const { name, qualifier = Qualifier } = functionReferenceIn(FunctionName);
    const arn = `arn:aws:lambda:${region}:${account}:function:${name}`;
    return qualifier && qualifier !== "$LATEST" ? `${arn}:${qualifier}` : arn;
  }
}

function notFound(message: string): ServiceError {
  return new ServiceError("ResourceNotFoundException", message, 404, { Type: "User" });
}
