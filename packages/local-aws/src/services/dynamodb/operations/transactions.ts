import type { Clock } from "../../../kernel/clock.ts";
import { ServiceError } from "../../../kernel/service-error.ts";
import type { Collection } from "../../../store/collection.ts";
import { validationError } from "../dynamo-error.ts";
import type { Engine } from "../engine.ts";
import { project } from "../expressions/projection.ts";
import type { Table } from "../tables/table.ts";
import type { Item } from "../values/attribute-value.ts";
import { cancelUnless, reasonFor } from "./cancellation.ts";
import { Capacity } from "./capacity.ts";
import { type Read, readGet } from "./get-item.ts";
import { checkKey } from "./keys.ts";
import { collectionMetrics } from "./single-write.ts";
import { actionsIn, digestOf, readAction, tokenOf } from "./transact-actions.ts";
import { checkWriteKeys, type Outcome, outcomeOf, type Write } from "./write-item.ts";

type Input = Record<string, unknown>;

const MAX_BYTES = 4 * 1024 * 1024;
// DynamoDB remembers a ClientRequestToken for ten minutes.
const TOKEN_MS = 10 * 60 * 1000;
const ONE_ITEM_TWICE = "Transaction request cannot include multiple operations on one item";

/** Writes that happen all or not at all, and reads of one moment. */
export class Transactions {
  readonly #engine: Engine;
  readonly #clock: Clock;
  readonly #tokens: Collection<string, { digest: string; until: number }>;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#clock = engine.clock;
    this.#tokens = engine.store.collection("dynamodb_tokens");
  }

  /** TransactWriteItems. @throws ServiceError TransactionCanceledException with a reason for each action. */
  write(input: Input): Input {
    const requests = actionsIn(input);
    const token = tokenOf(input);
    const digest = token === undefined ? "" : digestOf(requests);
    const writes = requests.map(readAction).map(({ table, write }) => ({
      table: this.#engine.tables.get(table),
      write,
    }));
    const capacity = new Capacity(input["ReturnConsumedCapacity"], "WriteCapacityUnits");
    if (token !== undefined && this.#isRepeated(token, digest)) return this.#repeat(input, writes);
    const outcomes = this.#engine.store.transaction(() => this.#writeAll(writes));
    if (token !== undefined) {
      this.#tokens.put(token, { digest, until: this.#clock.now() + TOKEN_MS });
    }
    for (const [index, { table }] of writes.entries()) {
      const outcome = outcomes[index];
      capacity.write(table, outcome?.before, outcome?.after);
    }
    return { ...capacity.all, ...metrics(input, writes) };
  }

  /** TransactGetItems. @throws ServiceError */
  read(input: Input): Input {
    const reads = actionsIn(input).map((request, index) => {
      const get = (request as { Get?: Input })?.Get;
      if (!get) {
        throw validationError(
          `1 validation error detected: Value null at 'transactItems.${index + 1}.member.get' failed to satisfy constraint: Member must not be null`,
        );
      }
      return { read: readGet(get), name: get["TableName"] };
    });
    const located = reads.map(({ read, name }) => ({ read, table: this.#engine.tables.get(name) }));
    cancelUnless(located.map(({ table, read }) => reasonFor(() => checkKey(table, read.key))));
    checkDistinct(located.map(({ table, read }) => [table, table.items.keyOf(read.key)]));
    const capacity = new Capacity(input["ReturnConsumedCapacity"], "ReadCapacityUnits");
    const Responses = located.map(({ table, read }) => this.#get(table, read, capacity));
    return { Responses, ...capacity.all };
  }

  #get(table: Table, { key, projection }: Read, capacity: Capacity): { Item?: Item } {
    const found = table.items.get(table.items.keyOf(key));
    capacity.read(table, found?.size ?? 0, true);
    if (!found) return {};
    if (!projection) return { Item: found.item };
    const kept = project(found.item, projection);
    // Unlike GetItem, it returns nothing if the projection keeps nothing.
    return Object.keys(kept).length > 0 ? { Item: kept } : {};
  }

  #writeAll(writes: { table: Table; write: Write }[]): Outcome[] {
    cancelUnless(writes.map(({ table, write }) => reasonFor(() => checkWriteKeys(table, write))));
    checkDistinct(writes.map(({ table, write }) => [table, table.items.keyOf(write.item)]));
    const outcomes: Outcome[] = [];
    const reasons = writes.map(({ table, write }) =>
      reasonFor(() => outcomes.push(outcomeOf(table, write))),
    );
    cancelUnless(reasons);
    const bytes = outcomes.reduce(
      (sum, { before, after }) => sum + Math.max(before?.size ?? 0, after?.size ?? 0),
      0,
    );
    if (bytes > MAX_BYTES) {
      throw validationError(
        "Collection size of items exceeded, which can also be caused by the aggregate size of the items in the transaction exceeding the 4MB limit",
      );
    }
    for (const [index, outcome] of outcomes.entries()) {
      writes[index]?.table.items.write(outcome.key, outcome);
    }
    return outcomes;
  }

  #repeat(input: Input, writes: { table: Table; write: Write }[]): Input {
    const capacity = new Capacity(input["ReturnConsumedCapacity"], "ReadCapacityUnits");
    for (const { table, write } of writes) {
      capacity.repeat(table, table.items.get(table.items.keyOf(write.item))?.size ?? 0);
    }
    return { ...capacity.all, ...metrics(input, writes) };
  }

  #isRepeated(token: string, digest: string): boolean {
    const now = this.#clock.now();
    for (const [key, { until }] of this.#tokens.entries()) {
      // The oldest come first.
      if (until > now) break;
      this.#tokens.delete(key);
    }
    const known = this.#tokens.get(token);
    if (!known) return false;
    if (known.digest === digest) return true;
    throw new ServiceError(
      "IdempotentParameterMismatchException",
      "The request uses the same client token as a previous, but non-identical request. Do not reuse a client token with different requests, unless the requests are identical",
    );
  }
}

function checkDistinct(items: [Table, Buffer][]): void {
  const seen = new Set(items.map(([{ id }, key]) => `${id} ${key.toString("latin1")}`));
  if (seen.size < items.length) throw validationError(ONE_ITEM_TWICE);
}

function metrics(
  { ReturnItemCollectionMetrics }: Input,
  writes: { table: Table; write: Write }[],
): Input {
  if (ReturnItemCollectionMetrics !== "SIZE") return {};
  const found: Record<string, object[]> = {};
  for (const { table, write } of writes) {
    const metric = collectionMetrics(table, write.item);
    if (metric) found[table.name] = [...(found[table.name] ?? []), metric];
  }
  return { ItemCollectionMetrics: found };
}
