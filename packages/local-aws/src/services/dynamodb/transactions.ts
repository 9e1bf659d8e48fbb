import { isDeepStrictEqual } from "node:util";
import type { Clock } from "../../kernel/clock.ts";
import { ServiceError } from "../../kernel/service-error.ts";
import { type Item, itemSize } from "./dynalite.ts";
import { notFound, validationError } from "./dynamo-error.ts";
import type { Engine, HeldWrite } from "./engine.ts";

type Kind = "Put" | "Update" | "Delete" | "ConditionCheck";

interface Action {
  kind: Kind;
  table: string;
  key: string;
  operation: string;
  /** The parsed request of the ordinary operation. */
  data: Record<string, unknown>;
  returnOld: boolean;
}

interface Reason {
  Code: string;
  Message?: string;
  Item?: Item;
}

const OPERATIONS: Record<Kind, string> = {
  Put: "PutItem",
  Update: "UpdateItem",
  Delete: "DeleteItem",
  // A check is a delete whose write is thrown away.
  ConditionCheck: "DeleteItem",
};

const MOST_ACTIONS = 100;
const LARGEST_BYTES = 4 * 1024 * 1024;
// DynamoDB remembers a ClientRequestToken for ten minutes.
const TOKEN_MS = 10 * 60 * 1000;

/** Writes that happen all or not at all, and reads of one moment. */
export class Transactions {
  readonly #engine: Engine;
  readonly #clock: Clock;
  readonly #tokens = new Map<string, { request: unknown; until: number }>();

  constructor(engine: Engine, clock: Clock) {
    this.#engine = engine;
    this.#clock = clock;
  }

  /** TransactWriteItems. @throws ServiceError TransactionCanceledException with a reason for each action. */
  async write(input: Record<string, unknown>): Promise<Record<string, unknown>> {
    const requests = listOf(input["TransactItems"]);
    const token = input["ClientRequestToken"];
    if (typeof token === "string" && this.#isRepeated(token, requests)) return {};
    const actions = requests.map((request) => this.#action(request as Record<string, unknown>));
    checkDistinct(actions);
    await this.#locked(actions, () => this.#writeAll(actions));
    if (typeof token === "string") {
      this.#tokens.set(token, { request: requests, until: this.#clock.now() + TOKEN_MS });
    }
    return {};
  }

  /** TransactGetItems. */
  async read(input: Record<string, unknown>): Promise<Record<string, unknown>> {
    const requests = listOf(input["TransactItems"]).map((request) => {
      const get = (request as { Get?: Record<string, unknown> }).Get;
      if (!get) throw validationError("TransactItems can only contain Get");
      const data = this.#engine.validate("GetItem", { ...get, ConsistentRead: true });
      return { table: String(get["TableName"]), key: this.#key(get, "Key"), data };
    });
    const Responses = await this.#locked(requests, () =>
      Promise.all(requests.map(({ data }) => this.#engine.run("GetItem", data))),
    );
    return { Responses: Responses.map(({ Item: found }) => (found ? { Item: found } : {})) };
  }

  #isRepeated(token: string, request: unknown): boolean {
    const now = this.#clock.now();
    for (const [key, { until }] of this.#tokens) {
      // The oldest come first.
      if (until > now) break;
      this.#tokens.delete(key);
    }
    const known = this.#tokens.get(token);
    if (!known) return false;
    if (isDeepStrictEqual(known.request, request)) return true;
    throw new ServiceError(
      "IdempotentParameterMismatchException",
      "The request uses the same client token as a previous, but non-identical request. Do not reuse a client token with different requests, unless the requests are identical",
    );
  }

  #action(request: Record<string, unknown>): Action {
    const kinds = Object.keys(request).filter((key): key is Kind => key in OPERATIONS);
    const [kind] = kinds;
    if (!kind || kinds.length > 1) {
      throw validationError("TransactItems can only contain one of Check, Put, Update or Delete");
    }
    const { ReturnValuesOnConditionCheckFailure: onFailure, ...body } = request[kind] as Record<
      string,
      unknown
    >;
    if (kind === "ConditionCheck" && typeof body["ConditionExpression"] !== "string") {
      throw validationError("The ConditionExpression of a ConditionCheck must not be null");
    }
    const operation = OPERATIONS[kind];
    return {
      kind,
      operation,
      table: String(body["TableName"]),
      data: this.#engine.validate(operation, body),
      key: this.#key(body, kind === "Put" ? "Item" : "Key"),
      returnOld: onFailure === "ALL_OLD",
    };
  }

  #key(body: Record<string, unknown>, member: "Item" | "Key"): string {
    const table = String(body["TableName"]);
    const schema = this.#engine.schemaOf(table);
    if (!schema) throw notFound("Requested resource not found");
    const item = body[member] as Item;
    for (const { AttributeName } of schema.KeySchema) {
      if (!item[AttributeName]) {
        throw validationError("One of the required keys was not given a value");
      }
    }
    return this.#engine.keyOf(table, item);
  }

  async #writeAll(actions: Action[]): Promise<void> {
    const writes: HeldWrite[] = [];
    const reasons: Reason[] = [];
    for (const { kind, operation, data, returnOld } of actions) {
      const held: HeldWrite[] = [];
      const view = this.#engine.view({ held });
      try {
        await this.#engine.run(operation, data, view);
        if (kind !== "ConditionCheck") writes.push(...held);
        reasons.push({ Code: "None" });
      } catch (error) {
        const reason = reasonFor(error);
        if (returnOld && view.lastRead) reason.Item = view.lastRead;
        reasons.push(reason);
      }
    }
    if (reasons.some(({ Code }) => Code !== "None")) throw cancelled(reasons);
    for (const write of writes) await write();
  }

  /** Does the work while no one else can touch the items. Locks are taken in one order, so that none waits for ever. */
  async #locked<T>(items: { table: string; key: string }[], work: () => Promise<T>): Promise<T> {
    const byTable = new Map<string, string[]>();
    for (const { table, key } of items) byTable.set(table, [...(byTable.get(table) ?? []), key]);
    const releases: (() => void)[] = [];
    for (const table of [...byTable.keys()].sort()) {
      const keys = [...new Set(byTable.get(table))].sort();
      await new Promise<void>((resolve) => {
        this.#engine.store.getItemDb(table).lock(keys, (release) => {
          releases.push(release(() => {}));
          resolve();
        });
      });
    }
    try {
      return await work();
    } finally {
      for (const release of releases) release();
    }
  }
}

function listOf(value: unknown): unknown[] {
  const list = Array.isArray(value) ? value : [];
  if (list.length === 0 || list.length > MOST_ACTIONS) {
    throw validationError(
      `1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length ${list.length === 0 ? "greater than or equal to 1" : `less than or equal to ${MOST_ACTIONS}`}`,
    );
  }
  return list;
}

function checkDistinct(actions: Action[]): void {
  const seen = new Set(actions.map(({ table, key }) => `${table}\0${key}`));
  if (seen.size < actions.length) {
    throw validationError("Transaction request cannot include multiple operations on one item");
  }
  const bytes = actions.reduce((sum, { data }) => sum + itemSize((data["Item"] ?? {}) as Item), 0);
  if (bytes > LARGEST_BYTES) {
    throw validationError(
      "Item size in the transaction has exceeded the maximum allowed size of 4 MB",
    );
  }
}

function reasonFor(error: unknown): Reason {
  if (!(error instanceof ServiceError)) throw error;
  if (error.code === "ConditionalCheckFailedException") {
    return { Code: "ConditionalCheckFailed", Message: error.message };
  }
  if (error.code === "ValidationException") {
    return { Code: "ValidationError", Message: error.message };
  }
  throw error;
}

function cancelled(reasons: Reason[]): ServiceError {
  const codes = reasons.map(({ Code }) => Code).join(", ");
  return new ServiceError(
    "TransactionCanceledException",
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    400,
    { CancellationReasons: reasons },
  );
}
