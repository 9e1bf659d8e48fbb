import { hash } from "node:crypto";
import type { Clock } from "../../../kernel/clock.ts";
import { ServiceError } from "../../../kernel/service-error.ts";
import type { Collection } from "../../../store/collection.ts";
import { validationError } from "../dynamo-error.ts";
import type { Engine } from "../engine.ts";
import { project } from "../expressions/projection.ts";
import type { Table } from "../tables/table.ts";
import type { Item } from "../values/attribute-value.ts";
import { Capacity } from "./capacity.ts";
import { type Read, readGet } from "./get-item.ts";
import { checkKey } from "./keys.ts";
import { collectionMetrics } from "./single-write.ts";
import {
  checkWriteKeys,
  type Outcome,
  outcomeOf,
  readWrite,
  type Write,
  type WriteKind,
} from "./write-item.ts";

type Input = Record<string, unknown>;

interface Reason {
  Code: string;
  Message?: string;
  Item?: Item;
}

const KINDS: readonly WriteKind[] = ["ConditionCheck", "Put", "Delete", "Update"];
const MAX_ACTIONS = 100;
const MAX_TOKEN = 36;
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
    // Unlike GetItem, it answers nothing where the projection keeps nothing.
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

function actionsIn({ TransactItems }: Input): unknown[] {
  const list = Array.isArray(TransactItems) ? TransactItems : [];
  if (list.length === 0) {
    throw validationError(
      "1 validation error detected: Value '[]' at 'transactItems' failed to satisfy constraint: Member must have length greater than or equal to 1",
    );
  }
  if (list.length > MAX_ACTIONS) {
    throw validationError(
      `1 validation error detected: Value '[${list.length} members]' at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to ${MAX_ACTIONS}`,
    );
  }
  return list;
}

function tokenOf({ ClientRequestToken: token }: Input): string | undefined {
  if (token == null) return undefined;
  const text = String(token);
  if (text.length >= 1 && text.length <= MAX_TOKEN) return text;
  const limit = text === "" ? "greater than or equal to 1" : `less than or equal to ${MAX_TOKEN}`;
  throw validationError(
    `1 validation error detected: Value '${text}' at 'clientRequestToken' failed to satisfy constraint: Member must have length ${limit}`,
  );
}

// Requests are the same whatever the order of their members.
function digestOf(requests: unknown[]): string {
  const text = JSON.stringify(requests, (_name, value) =>
    value && typeof value === "object" && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
  return hash("sha256", text, "base64");
}

function readAction(request: unknown): { table: unknown; write: Write } {
  const given = (request ?? {}) as Record<string, Input>;
  const kinds = KINDS.filter((kind) => given[kind] != null);
  const [kind] = kinds;
  if (!kind) {
    throw validationError(
      "Invalid Request: TransactWriteRequest should contain Delete or Put or Update request",
    );
  }
  if (kinds.length > 1) {
    throw validationError("TransactItems can only contain one of Check, Put, Update or Delete");
  }
  const action = given[kind] as Input;
  if (kind === "ConditionCheck" && action["ConditionExpression"] == null) {
    throw validationError(
      "1 validation error detected: Value null at 'transactItems.1.member.conditionCheck.conditionExpression' failed to satisfy constraint: Member must not be null",
    );
  }
  return { table: action["TableName"], write: readWrite(kind, action) };
}

function checkDistinct(items: [Table, Buffer][]): void {
  const seen = new Set(items.map(([{ id }, key]) => `${id} ${key.toString("latin1")}`));
  if (seen.size < items.length) throw validationError(ONE_ITEM_TWICE);
}

function reasonFor(work: () => unknown): Reason {
  try {
    work();
    return { Code: "None" };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const { code, message, details } = error;
    if (code === "ConditionalCheckFailedException") {
      const { Item: item } = details as { Item?: Item };
      return { Code: "ConditionalCheckFailed", Message: message, ...(item && { Item: item }) };
    }
    if (code !== "ValidationException" || isRequestError(message)) throw error;
    return { Code: "ValidationError", Message: message };
  }
}

// DynamoDB refuses the whole request for an empty key value, not one of its actions.
function isRequestError(message: string): boolean {
  return message.startsWith("One or more parameter values are not valid.");
}

function cancelUnless(reasons: Reason[]): void {
  if (reasons.every(({ Code }) => Code === "None")) return;
  const codes = reasons.map(({ Code }) => Code).join(", ");
  throw new ServiceError(
    "TransactionCanceledException",
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    400,
    { CancellationReasons: reasons },
  );
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
