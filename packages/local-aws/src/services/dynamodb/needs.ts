import type { Kernel } from "../../kernel/kernel.ts";
import type { Need } from "../../kernel/service.ts";

type Input = Record<string, unknown>;

/** What each DynamoDB operation must be allowed. A table may be named or given as an ARN. */
export class DynamoNeeds {
  readonly #prefix: string;

  constructor({ region, account }: Kernel) {
    this.#prefix = `arn:aws:dynamodb:${region}:${account}:table/`;
  }

  tableArn(table: unknown): string {
    const name = String(table ?? "");
    return name.startsWith("arn:") ? name : `${this.#prefix}${name}`;
  }

  /** One action on the table of the request, or on the index that it names. */
  onTable(action: string): (input: Input) => Need[] {
    return ({ TableName, IndexName }) => {
      const table = this.tableArn(TableName);
      const resource = typeof IndexName === "string" ? `${table}/index/${IndexName}` : table;
      return [{ action: `dynamodb:${action}`, resource }];
    };
  }

  /** One action on every table of a batch. */
  onTables(action: string): (input: Input) => Need[] {
    return ({ RequestItems }) =>
      Object.keys((RequestItems ?? {}) as object).map((table) => ({
        action: `dynamodb:${action}`,
        resource: this.tableArn(table),
      }));
  }

  /** A transaction needs for each of its items what the single operation would need. */
  inTransaction({ TransactItems }: Input): Need[] {
    const items = Array.isArray(TransactItems) ? (TransactItems as Record<string, Input>[]) : [];
    return items.flatMap((item) =>
      Object.entries(item ?? {}).map(([kind, request]) => ({
        action: `dynamodb:${kind}Item`,
        resource: this.tableArn(request?.["TableName"]),
      })),
    );
  }

  /** One action on the resource whose ARN the request gives. */
  onResource(action: string): (input: Input) => Need[] {
    return ({ ResourceArn }) => [
      { action: `dynamodb:${action}`, resource: String(ResourceArn ?? "*") },
    ];
  }

  /** An action that is about no single table. */
  onAll(action: string): () => Need[] {
    return () => [{ action: `dynamodb:${action}`, resource: "*" }];
  }
}
