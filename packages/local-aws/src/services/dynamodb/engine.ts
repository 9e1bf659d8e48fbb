import type { Kernel } from "../../kernel/kernel.ts";
import {
  act,
  createStore,
  type Item,
  type KeySchema,
  type Store,
  type SubStore,
  storeKey,
  validate,
} from "./dynalite.ts";
import { asServiceError } from "./dynamo-error.ts";
import { StreamLog, type StreamViewType } from "./stream-log.ts";

/** A write that a transaction holds back until all of its conditions have held. */
export type HeldWrite = () => Promise<void>;

/** How one operation sees the store. */
export interface ViewOptions {
  /** Collects writes instead of making them; the items' locks are then held by the caller. */
  held?: HeldWrite[];
  /** The service itself deletes, because an item's time is up. */
  byService?: boolean;
}

/** What an operation read last: the item that a failed condition was about. */
export interface View {
  store: Store;
  lastRead?: Item | undefined;
}

/** dynalite's tables with streams on top. */
export class Engine {
  readonly store: Store;
  readonly #kernel: Kernel;
  readonly #schemas = new Map<string, KeySchema>();
  readonly #streams = new Map<string, StreamLog>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.store = createStore(kernel.account, kernel.region);
  }

  get streams(): Iterable<StreamLog> {
    return this.#streams.values();
  }

  get tables(): string[] {
    return [...this.#schemas.keys()];
  }

  /** The stream of a table, where it has one. */
  streamOf(table: string): StreamLog | undefined {
    return this.#streams.get(table);
  }

  /** How the table's keys are made; undefined when there is no such table. */
  schemaOf(table: string): KeySchema | undefined {
    return this.#schemas.get(table);
  }

  /** The store's key of the item that a Put's item, or a key, names. */
  keyOf(table: string, item: Item): string {
    const schema = this.#schemas.get(table);
    if (!schema) throw new Error(`no table ${table}`);
    return storeKey(item, schema);
  }

  /** Makes the table known once it exists: its keys, and its stream where one is asked for. */
  async adopt(
    definition: KeySchema & { TableName: string },
    stream?: { arn: string; label: string; view: StreamViewType },
  ): Promise<void> {
    const { TableName: table } = definition;
    this.#schemas.set(table, definition);
    if (stream) {
      const names = definition.KeySchema.map(({ AttributeName }) => AttributeName);
      this.#streams.set(table, new StreamLog(this.#kernel, { ...stream, table }, names));
    }
    await this.#untilActive(table);
  }

  forget(table: string): void {
    this.#schemas.delete(table);
    this.#streams.delete(table);
  }

  /** @throws ServiceError as DynamoDB checks its input. */
  validate(operation: string, input: object): Record<string, unknown> {
    try {
      return validate(operation, input, this.store);
    } catch (error) {
      throw asServiceError(error);
    }
  }

  /** Runs a validated operation. @throws ServiceError as DynamoDB answers. */
  async run(
    operation: string,
    data: Record<string, unknown>,
    view: View = this.view(),
  ): Promise<Record<string, unknown>> {
    try {
      return await this.#kernel.clock.hold(act(operation, view.store, data));
    } catch (error) {
      throw asServiceError(error);
    }
  }

  /** The store as one operation sees it: its writes leave stream records, or are held back. */
  view(options: ViewOptions = {}): View {
    const view: View = { store: this.store };
    const { held } = options;
    const watched: Partial<Store> = {
      getItemDb: (table) => this.#watch(table, this.store.getItemDb(table), view, options),
    };
    if (held) {
      watched.getIndexDb = (...index) => holdBack(this.store.getIndexDb(...index), held);
    }
    view.store = Object.assign(Object.create(this.store), watched) as Store;
    return view;
  }

  #watch(table: string, items: SubStore, view: View, options: ViewOptions): SubStore {
    const { held, byService = false } = options;
    const stream = this.#streams.get(table);
    let before: Item | undefined;
    const change = (write: (done: (error?: unknown) => void) => void, after: Item | undefined) => {
      const old = before;
      return (done: (error?: unknown) => void) =>
        write((error) => {
          if (!error) stream?.append({ before: old, after, byService });
          done(error);
        });
    };
    const now = (write: (done: (error?: unknown) => void) => void, done: () => void) => {
      if (!held) return write(done);
      held.push(() => promised(write));
      done();
    };
    return {
      ...items,
      lock: held ? (_key, whenLocked) => whenLocked((callback) => callback) : items.lock,
      get: (key, callback) =>
        items.get(key, (error, item) => {
          before = error ? undefined : item;
          view.lastRead = before;
          callback(error, item);
        }),
      put: (key, item, done) =>
        now(
          change((next) => items.put(key, item, next), plain(item as Item)),
          done,
        ),
      del: (key, done) =>
        now(
          change((next) => items.del(key, next), undefined),
          done,
        ),
    };
  }

  // dynalite answers CREATING and turns the table ACTIVE with a timer of 0 ms.
  async #untilActive(table: string): Promise<void> {
    for (;;) {
      const { Table } = await this.run("DescribeTable", { TableName: table });
      if ((Table as { TableStatus?: string }).TableStatus === "ACTIVE") return;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

/** A copy of ordinary objects: updates leave objects without a prototype, which equal nothing that was stored. */
function plain(item: Item): Item {
  return JSON.parse(JSON.stringify(item));
}

function holdBack(index: SubStore, held: HeldWrite[]): SubStore {
  const hold = (write: (done: (error?: unknown) => void) => void, done: () => void) => {
    held.push(() => promised(write));
    done();
  };
  return {
    ...index,
    put: (key, value, done) => hold((next) => index.put(key, value, next), done),
    del: (key, done) => hold((next) => index.del(key, next), done),
  };
}

function promised(write: (done: (error?: unknown) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => write((error) => (error ? reject(error) : resolve())));
}
