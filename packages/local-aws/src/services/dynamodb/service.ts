import type { JsonText } from "../../kernel/json-text.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { CallContext, Operation, Service } from "../../kernel/service.ts";
import type { RecordedResource } from "../../program/recorded.ts";
import { Engine } from "./engine.ts";
import { dynamodbMembers } from "./members.ts";
import { DynamoNeeds } from "./needs.ts";
import { batchGet } from "./operations/batch-get.ts";
import { batchWrite } from "./operations/batch-write.ts";
import { getItem } from "./operations/get-item.ts";
import { query } from "./operations/query.ts";
import { scan } from "./operations/scan.ts";
import { writeItem } from "./operations/single-write.ts";
import { Transactions } from "./operations/transactions.ts";
import { checkFirst, checkSelectName } from "./request-names.ts";
import { DynamoDbStreams } from "./streams/streams-service.ts";
import { type TableRequest, TableRequests } from "./table-requests.ts";
import { declaredTable } from "./tables/declared-table.ts";
import { TableOperations } from "./tables/table-operations.ts";
import { TimeToLive, type TimeToLiveOptions } from "./time-to-live.ts";
import type { Item } from "./values/attribute-value.ts";

type Input = Record<string, unknown>;
type Run = (input: Input, asText: boolean) => Input | JsonText;

/** The items of every table, and how far each stream has counted; JSON as it is. */
interface TablesContents {
  [table: string]: { items: Item[]; nextSequenceNumber?: string };
}

/** DynamoDB: tables, their items, transactions and time to live. */
export class DynamoDb implements Service {
  readonly name = "dynamodb";
  readonly operations: Readonly<Record<string, Operation>>;
  readonly members = dynamodbMembers;
  readonly checkFirst = checkFirst;
  readonly engine: Engine;
  readonly streams: DynamoDbStreams;
  readonly #kernel: Kernel;
  readonly #tables: TableOperations;
  readonly #ttl: TimeToLive;
  readonly #requests: TableRequests;

  constructor(kernel: Kernel, options: TimeToLiveOptions = {}) {
    this.#kernel = kernel;
    this.engine = new Engine(kernel);
    this.streams = new DynamoDbStreams(this.engine);
    this.#tables = new TableOperations(this.engine, kernel);
    this.#ttl = new TimeToLive(this.engine, kernel.clock, options);
    this.#requests = new TableRequests(kernel.clock);
    this.operations = this.#requests.observed({
      ...this.#itemOperations(),
      ...this.#tableOperations(),
    });
  }

  /** Calls back after every request on items; returns a function that stops it. */
  onRequest(listener: (request: TableRequest) => void): () => void {
    return this.#requests.on(listener);
  }

  /** Creates a table as the program declares it, or changes one that the store has. @throws Error that starts with the resource's name. */
  async provisionTable(resource: RecordedResource): Promise<void> {
    const { request, stream, ttlAttribute, pointInTimeRecovery } = declaredTable(resource);
    this.#tables.declare(resource.name, request, {
      ...(stream && { stream }),
      ...(ttlAttribute && { ttlAttribute }),
      ...(pointInTimeRecovery && { recoverySince: this.#kernel.clock.now() }),
    });
    this.#ttl.watch();
  }

  /** Everything that is stored. */
  contents(): TablesContents {
    const tables: TablesContents = {};
    for (const { name, items, stream } of this.engine.tables.all) {
      tables[name] = {
        items: [...items.all()].map(({ item }) => item),
        ...(stream && { nextSequenceNumber: stream.nextSequenceNumber }),
      };
    }
    return tables;
  }

  stop(): void {
    this.#ttl.stop();
  }

  #itemOperations(): Record<string, Operation> {
    const { engine } = this;
    const needs = new DynamoNeeds(this.#kernel);
    const transactions = new Transactions(engine);
    const onTable = (name: string, run: Run) => ({
      needs: needs.onTable(name),
      run: (input: Input, { asText = false }: CallContext) => {
        checkSelectName(input);
        return run(input, asText);
      },
    });
    const inTransaction = (run: Run) => ({
      needs: (input: Input) => needs.inTransaction(input),
      run: (input: Input) => run(input, false),
    });
    return {
      GetItem: onTable("GetItem", (input, asText) => getItem(engine, input, asText)),
      Query: onTable("Query", (input, asText) => query(engine, input, asText)),
      Scan: onTable("Scan", (input, asText) => scan(engine, input, asText)),
      PutItem: onTable("PutItem", (input) => writeItem(engine, "Put", input)),
      UpdateItem: onTable("UpdateItem", (input) => writeItem(engine, "Update", input)),
      DeleteItem: onTable("DeleteItem", (input) => writeItem(engine, "Delete", input)),
      BatchGetItem: {
        needs: needs.onTables("BatchGetItem"),
        run: (input) => batchGet(engine, input),
      },
      BatchWriteItem: {
        needs: needs.onTables("BatchWriteItem"),
        run: (input) => batchWrite(engine, input),
      },
      TransactWriteItems: inTransaction((input) => transactions.write(input)),
      TransactGetItems: inTransaction((input) => transactions.read(input)),
    };
  }

  #tableOperations(): Record<string, Operation> {
    const needs = new DynamoNeeds(this.#kernel);
    const tables = this.#tables;
    const onTable = (name: string, run: Run) => ({
      needs: needs.onTable(name),
      run: (input: Input) => run(input, false),
    });
    const onResource = (name: string, run: Run) => ({
      needs: needs.onResource(name),
      run: (input: Input) => run(input, false),
    });
    return {
      ListTables: { needs: needs.onAll("ListTables"), run: (input) => tables.list(input) },
      CreateTable: onTable("CreateTable", (input) => tables.create(input)),
      DescribeTable: onTable("DescribeTable", (input) => tables.describe(input)),
      UpdateTable: onTable("UpdateTable", (input) => tables.update(input)),
      DeleteTable: onTable("DeleteTable", (input) => tables.delete(input)),
      DescribeTimeToLive: onTable("DescribeTimeToLive", (input) => this.#ttl.describe(input)),
      UpdateTimeToLive: onTable("UpdateTimeToLive", (input) => this.#ttl.update(input)),
      DescribeContinuousBackups: onTable("DescribeContinuousBackups", (input) =>
        tables.describeBackups(input),
      ),
      UpdateContinuousBackups: onTable("UpdateContinuousBackups", (input) =>
        tables.updateBackups(input),
      ),
      ListTagsOfResource: onResource("ListTagsOfResource", (input) => tables.listTags(input)),
      TagResource: onResource("TagResource", (input) => tables.tag(input)),
      UntagResource: onResource("UntagResource", (input) => tables.untag(input)),
    };
  }
}
