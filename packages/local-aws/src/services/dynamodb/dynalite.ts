import { createRequire } from "node:module";

// dynalite has no types and no exports map; this is what the engine uses of it, pinned to one version exactly.
const require = createRequire(import.meta.url);

/** An attribute value as DynamoDB's JSON has it, e.g. `{S: "x"}`. */
export type AttributeValue = Record<string, unknown>;
/** An item as DynamoDB's JSON has it. */
export type Item = Record<string, AttributeValue>;

type Callback<T> = (error: unknown, value?: T) => void;
type Release = (callback: (...values: unknown[]) => void) => (...values: unknown[]) => void;

/** One table's or index's part of the store. */
export interface SubStore {
  get(key: string, callback: Callback<Item>): void;
  put(key: string, value: unknown, callback: (error?: unknown) => void): void;
  del(key: string, callback: (error?: unknown) => void): void;
  lock(key: string | string[], whenLocked: (release: Release) => void): void;
}

/** dynalite's store. */
export interface Store {
  tableDb: SubStore & { awsAccountId: string; awsRegion: string };
  getItemDb(table: string): SubStore;
  getIndexDb(type: string, table: string, index: string): SubStore;
}

/** How a table's keys are made. */
export interface KeySchema {
  KeySchema: { AttributeName: string; KeyType: string }[];
  AttributeDefinitions: { AttributeName: string; AttributeType: string }[];
}

interface Validation {
  types: Record<string, unknown>;
  custom?: (data: unknown, store: Store) => unknown;
}

const validations = require("dynalite/validations") as {
  checkTypes(data: unknown, types: Validation["types"]): Record<string, unknown>;
  checkValidations(
    data: unknown,
    types: Validation["types"],
    custom: Validation["custom"],
    store: Store,
  ): void;
};
const db = require("dynalite/db") as {
  create(options: Record<string, number>): Store;
  createKey(item: Item, schema: KeySchema): string;
  itemSize(item: Item): number;
};

type Action = (store: Store, data: unknown, callback: Callback<Record<string, unknown>>) => void;

const loaded = new Map<string, { act: Action; rules: Validation }>();

function load(operation: string): { act: Action; rules: Validation } {
  let found = loaded.get(operation);
  if (!found) {
    const file = operation.charAt(0).toLowerCase() + operation.slice(1);
    found = {
      act: require(`dynalite/actions/${file}`) as Action,
      rules: require(`dynalite/validations/${file}`) as Validation,
    };
    loaded.set(operation, found);
  }
  return found;
}

/** A new store in memory. */
export function createStore(account: string, region: string): Store {
  const store = db.create({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  store.tableDb.awsAccountId = account;
  store.tableDb.awsRegion = region;
  return store;
}

/** The input with DynamoDB's checks made and its expressions parsed. Throws dynalite's error. */
export function validate(operation: string, input: object, store: Store): Record<string, unknown> {
  const { rules } = load(operation);
  // The checks write parsed expressions into what they are given.
  const data = validations.checkTypes({ ...input }, rules.types);
  validations.checkValidations(data, rules.types, rules.custom, store);
  return data;
}

/** Runs a validated operation on a store. Rejects with dynalite's error. */
export function act(
  operation: string,
  store: Store,
  data: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    load(operation).act(store, data, (error, value) => {
      if (error) return reject(error);
      const { ConsumedCapacity, ...answer } = value ?? {};
      // It is there even where nobody asked for it.
      resolve(ConsumedCapacity === undefined ? answer : { ...answer, ConsumedCapacity });
    });
  });
}

/** The store's key of an item. */
export const storeKey = db.createKey;
/** An item's size in bytes, as DynamoDB counts it. */
export const itemSize = db.itemSize;
