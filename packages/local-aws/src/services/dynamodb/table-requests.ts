import type { Clock } from "../../kernel/clock.ts";
import { JsonText } from "../../kernel/json-text.ts";
import type { Operation } from "../../kernel/service.ts";

type Input = Record<string, unknown>;

/** One request on items that was answered; `durationMs` is the runtime's clock's. */
export interface TableRequest {
  operation: string;
  /** Names of the tables that it is about; none where the input names none. */
  tables: string[];
  durationMs: number;
  /** The response; if it is only written as JSON, its small members. */
  output?: Readonly<Input>;
  error?: unknown;
}

// The operations on items, which DynamoDB counts by table.
const ITEM_OPERATIONS: ReadonlySet<string> = new Set([
  "GetItem",
  "PutItem",
  "UpdateItem",
  "DeleteItem",
  "Query",
  "Scan",
  "BatchGetItem",
  "BatchWriteItem",
  "TransactGetItems",
  "TransactWriteItems",
]);

/** Reports every request on items. */
export class TableRequests {
  readonly #clock: Clock;
  readonly #listeners = new Set<(request: TableRequest) => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls back after every request; returns a function that stops it. */
  on(listener: (request: TableRequest) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The same operations; those on items report their outcome. */
  observed(operations: Record<string, Operation>): Record<string, Operation> {
    const all = Object.entries(operations).map(([name, operation]) => [
      name,
      ITEM_OPERATIONS.has(name) ? this.#observed(name, operation) : operation,
    ]);
    return Object.fromEntries(all);
  }

  #observed(operation: string, { needs, run }: Operation): Operation {
    return {
      needs,
      run: async (input, context) => {
        const began = this.#clock.now();
        try {
          const output = (await run(input, context)) as Input | JsonText;
          const told = output instanceof JsonText ? output.summary : output;
          this.#tell(operation, input, began, { output: told });
          return output;
        } catch (error) {
          this.#tell(operation, input, began, { error });
          throw error;
        }
      },
    };
  }

  #tell(
    operation: string,
    input: Input,
    began: number,
    outcome: Pick<TableRequest, "output" | "error">,
  ): void {
    if (this.#listeners.size === 0) return;
    const durationMs = this.#clock.now() - began;
    const request = { operation, tables: tablesIn(input), durationMs, ...outcome };
    for (const listener of this.#listeners) listener(request);
  }
}

/** The names of the tables in a request on items, each once; malformed parts are ignored. */
function tablesIn({ TableName, RequestItems, TransactItems }: Input): string[] {
  if (TableName !== undefined) return [nameIn(TableName)];
  const tables = new Set<string>();
  for (const table of Object.keys(Object(RequestItems))) tables.add(nameIn(table));
  for (const item of Array.isArray(TransactItems) ? TransactItems : []) {
    for (const request of Object.values(Object(item))) {
      const { TableName: table } = Object(request) as Input;
      if (table !== undefined) tables.add(nameIn(table));
    }
  }
  return [...tables];
}

/** A table may be named or given as an ARN. */
function nameIn(table: unknown): string {
  const text = String(table);
  return text.slice(text.lastIndexOf("/") + 1);
}
