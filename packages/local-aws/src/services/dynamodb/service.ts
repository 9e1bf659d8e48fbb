import type { Kernel } from "../../kernel/kernel.ts";
import type { Operation, Service } from "../../kernel/service.ts";
import { ServiceError } from "../../kernel/service-error.ts";
import type { RecordedResource } from "../../program/recorded.ts";
import type { Item, KeySchema } from "./dynalite.ts";
import { notFound, validationError } from "./dynamo-error.ts";
import { Engine } from "./engine.ts";
import { DynamoNeeds } from "./needs.ts";
import type { StreamViewType } from "./stream-log.ts";
import { type TableDefinition, tableDefinition } from "./table-definition.ts";
import { type TableRequest, TableRequests } from "./table-requests.ts";
import { TimeToLive, type TimeToLiveOptions } from "./time-to-live.ts";
import { Transactions } from "./transactions.ts";

type Input = Record<string, unknown>;

/** The items of every table, and how far each stream has counted; JSON as it is. */
export interface TablesSnapshot {
  [table: string]: { items: Item[]; nextSequenceNumber?: string };
}

/** DynamoDB: dynalite's engine with streams, transactions and time to live on top. */
export class DynamoDb implements Service {
  readonly name = "dynamodb";
  readonly operations: Readonly<Record<string, Operation>>;
  readonly engine: Engine;
  readonly #kernel: Kernel;
  readonly #ttl: TimeToLive;
  readonly #requests: TableRequests;
  readonly #protected = new Set<string>();
  readonly #backedUp = new Set<string>();

  constructor(kernel: Kernel, options: TimeToLiveOptions = {}) {
    this.#kernel = kernel;
    this.engine = new Engine(kernel);
    this.#ttl = new TimeToLive(this.engine, kernel.clock, options);
    this.#requests = new TableRequests(kernel.clock);
    this.operations = this.#requests.observed(this.#describeOperations());
  }

  /** Calls back after every request on items; the answer stops it. */
  onRequest(listener: (request: TableRequest) => void): () => void {
    return this.#requests.on(listener);
  }

  /** Creates a table as the program declares it. @throws Error that starts with the resource's name. */
  async provisionTable(resource: RecordedResource): Promise<void> {
    const definition = tableDefinition(resource);
    await this.#create(definition);
    if (definition.ttlAttribute) this.#ttl.set(definition.name, definition.ttlAttribute, true);
    if (definition.deletionProtection) this.#protected.add(definition.name);
    if (definition.pointInTimeRecovery) this.#backedUp.add(definition.name);
  }

  /** Everything that is stored. */
  async snapshot(): Promise<TablesSnapshot> {
    const tables: TablesSnapshot = {};
    for (const table of this.engine.tables) {
      const stream = this.engine.streamOf(table);
      const items: Item[] = [];
      let ExclusiveStartKey: unknown;
      do {
        const page = await this.#run("Scan", {
          TableName: table,
          ...(ExclusiveStartKey ? { ExclusiveStartKey } : {}),
        });
        items.push(...(page["Items"] as Item[]));
        ExclusiveStartKey = page["LastEvaluatedKey"];
      } while (ExclusiveStartKey);
      tables[table] = { items, ...(stream && { nextSequenceNumber: stream.nextSequenceNumber }) };
    }
    return tables;
  }

  /** Puts back what an earlier run stored, without stream records. Tables that are gone are passed over. */
  async restore(tables: TablesSnapshot): Promise<void> {
    for (const [table, { items, nextSequenceNumber }] of Object.entries(tables)) {
      if (!this.engine.schemaOf(table)) continue;
      const silent = { store: this.engine.store };
      for (const Item of items) {
        const put = this.engine.validate("PutItem", { TableName: table, Item });
        await this.engine.run("PutItem", put, silent);
      }
      if (nextSequenceNumber) this.engine.streamOf(table)?.continueFrom(nextSequenceNumber);
    }
  }

  stop(): void {
    this.#ttl.stop();
  }

  #describeOperations(): Record<string, Operation> {
    const needs = new DynamoNeeds(this.#kernel);
    const transactions = new Transactions(this.engine, this.#kernel.clock);
    const onItem = (operation: string): Operation => ({
      needs: needs.onTable(operation),
      run: (input) => this.#onItem(operation, input),
    });
    const plain = (operation: string, needsOf: Operation["needs"]): Operation => ({
      needs: needsOf,
      run: (input) => this.#run(operation, input),
    });
    const onTable = (operation: string, run: (table: string, input: Input) => unknown) => ({
      needs: needs.onTable(operation),
      run: (input: Input) => run(this.#table(input), input),
    });
    return {
      GetItem: plain("GetItem", needs.onTable("GetItem")),
      Query: plain("Query", needs.onTable("Query")),
      Scan: plain("Scan", needs.onTable("Scan")),
      PutItem: onItem("PutItem"),
      UpdateItem: onItem("UpdateItem"),
      DeleteItem: onItem("DeleteItem"),
      BatchGetItem: plain("BatchGetItem", needs.onTables("BatchGetItem")),
      BatchWriteItem: plain("BatchWriteItem", needs.onTables("BatchWriteItem")),
      TransactWriteItems: {
        needs: (input) => needs.inTransaction(input),
        run: (input) => transactions.write(input),
      },
      TransactGetItems: {
        needs: (input) => needs.inTransaction(input),
        run: (input) => transactions.read(input),
      },
      ListTables: plain("ListTables", needs.onAll("ListTables")),
      DescribeTable: onTable("DescribeTable", (_table, input) => this.#describe(input)),
      CreateTable: {
        needs: needs.onTable("CreateTable"),
        run: (input) => this.#createByHand(input),
      },
      DeleteTable: onTable("DeleteTable", (table, input) => this.#delete(table, input)),
      DescribeTimeToLive: onTable("DescribeTimeToLive", (table) => this.#describeTtl(table)),
      UpdateTimeToLive: onTable("UpdateTimeToLive", (table, input) =>
        this.#updateTtl(table, input),
      ),
      DescribeContinuousBackups: onTable("DescribeContinuousBackups", (table) =>
        this.#describeBackups(table),
      ),
      ListTagsOfResource: {
        needs: ({ ResourceArn }) => [
          { action: "dynamodb:ListTagsOfResource", resource: String(ResourceArn ?? "*") },
        ],
        run: () => ({ Tags: [] }),
      },
    };
  }

  #run(operation: string, input: Input): Promise<Input> {
    const data = this.engine.validate(operation, input);
    return this.engine.run(operation, data, this.engine.view());
  }

  async #onItem(operation: string, input: Input): Promise<Input> {
    const { ReturnValuesOnConditionCheckFailure: onFailure, ...request } = input;
    const data = this.engine.validate(operation, request);
    const view = this.engine.view();
    try {
      return await this.engine.run(operation, data, view);
    } catch (error) {
      const failed =
        error instanceof ServiceError && error.code === "ConditionalCheckFailedException";
      if (failed && onFailure === "ALL_OLD" && view.lastRead) error.details["Item"] = view.lastRead;
      throw error;
    }
  }

  async #create({ name, request, stream }: TableDefinition): Promise<void> {
    await this.#run("CreateTable", request);
    const { KeySchema, AttributeDefinitions } = request as unknown as KeySchema;
    await this.engine.adopt({ TableName: name, KeySchema, AttributeDefinitions }, stream);
  }

  async #createByHand(input: Input): Promise<Input> {
    const { StreamSpecification, ...request } = input;
    const spec = StreamSpecification as
      | { StreamEnabled?: boolean; StreamViewType?: StreamViewType }
      | undefined;
    const name = String(input["TableName"]);
    const answer = await this.#run("CreateTable", request);
    const label = new Date(this.#kernel.clock.now()).toISOString().replace("Z", "");
    const arn = `${new DynamoNeeds(this.#kernel).tableArn(name)}/stream/${label}`;
    const view = spec?.StreamEnabled ? spec.StreamViewType : undefined;
    const definition = { ...(request as unknown as KeySchema), TableName: name };
    await this.engine.adopt(definition, view && { arn, label, view });
    return answer;
  }

  async #describe(input: Input): Promise<Input> {
    const { Table } = await this.#run("DescribeTable", input);
    const table = Table as Input;
    const stream = this.engine.streamOf(String(table["TableName"]));
    const extra = {
      DeletionProtectionEnabled: this.#protected.has(String(table["TableName"])),
      ...(stream && {
        StreamSpecification: { StreamEnabled: true, StreamViewType: stream.view },
        LatestStreamArn: stream.arn,
        LatestStreamLabel: stream.label,
      }),
    };
    return { Table: { ...table, ...extra } };
  }

  async #delete(table: string, input: Input): Promise<Input> {
    if (this.#protected.has(table)) {
      throw validationError(
        `Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first: ${table}`,
      );
    }
    const answer = await this.#run("DeleteTable", input);
    this.engine.forget(table);
    return answer;
  }

  #describeTtl(table: string): Input {
    const AttributeName = this.#ttl.attributeOf(table);
    return {
      TimeToLiveDescription: AttributeName
        ? { TimeToLiveStatus: "ENABLED", AttributeName }
        : { TimeToLiveStatus: "DISABLED" },
    };
  }

  #updateTtl(table: string, input: Input): Input {
    const spec = (input["TimeToLiveSpecification"] ?? {}) as {
      AttributeName?: string;
      Enabled?: boolean;
    };
    if (!spec.AttributeName)
      throw validationError("TimeToLiveSpecification.AttributeName is required");
    this.#ttl.set(table, spec.AttributeName, spec.Enabled === true);
    return { TimeToLiveSpecification: spec };
  }

  #describeBackups(table: string): Input {
    const status = this.#backedUp.has(table) ? "ENABLED" : "DISABLED";
    return {
      ContinuousBackupsDescription: {
        ContinuousBackupsStatus: "ENABLED",
        PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: status },
      },
    };
  }

  #table({ TableName }: Input): string {
    const table =
      String(TableName ?? "")
        .split("/")
        .at(-1) ?? "";
    if (!this.engine.schemaOf(table)) {
      throw notFound(`Requested resource not found: Table: ${table} not found`);
    }
    return table;
  }
}
