import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { Collection, type CollectionKey, type KeyType } from "./collection.ts";
import { type DataFolder, openDataFolder } from "./data-folder.ts";
import { DiskRoom } from "./disk-room.ts";
import { WalSync } from "./wal-sync.ts";

/** What a store in a folder is opened with. */
export interface StoreOptions {
  /** Called with the work of other threads, so that virtual time stops until it is done. */
  hold?: (work: Promise<unknown>) => unknown;
  /** Called once when the disk is full, and once when it has space again. */
  onDisk?: (message: string) => void;
}

/** Who gathers changes in memory and writes them in one go. */
export interface Flushable {
  flush(): void;
}

/** A change has been made and cannot be written, as the disk is full or broken; it is kept and written later. */
export class NotDurableError extends Error {
  override readonly name = "NotDurableError";
}

const RETRY_MS = 500;

/**
 * The embedded SQLite database of all persistent state. All of it is synchronous: what runs inside one
 * `transaction` is seen whole or not at all.
 *
 * Changes of one turn of the event loop, from whomever they come, are committed together, so that a write and what
 * follows from it at once (a stream record and what a reader makes of it, a message moved and deleted) are one
 * transaction. The file is a prefix of what happened: nothing later is in it without everything earlier.
 * {@link durable} says when what was written is on disk; code that responds to a client waits for it.
 *
 * Without a folder it lives in memory, by the same code.
 */
export class Store {
  readonly #database: DatabaseSync;
  readonly #folder: DataFolder | undefined;
  readonly #sync: WalSync | undefined;
  readonly #room: DiskRoom | undefined;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #savepoint: StatementSync;
  readonly #release: StatementSync;
  readonly #undo: StatementSync;
  readonly #hold: StoreOptions["hold"];
  readonly #collections = new Map<string, Collection<CollectionKey, unknown>>();
  readonly #dirty = new Set<Flushable>();
  /** The statements of the open group, for another try where its commit fails. */
  #redo: [run: StatementSync["run"], values: SQLInputValue[]][] = [];
  #isOpen = false;
  #isScheduled = false;
  #isClosed = false;
  #next: PromiseWithResolvers<void> | undefined;
  #inTransaction = false;
  #beforeCommit: () => void = () => {};
  #afterCommit: (() => void)[] = [];
  #onRollback: (() => void)[] = [];

  /**
   * Opens the store in a folder; without one it lives in memory and goes with the process.
   *
   * @throws Error with one sentence: another process uses the folder, or it holds another version.
   */
  constructor(folder?: string, { hold, onDisk }: StoreOptions = {}) {
    this.#hold = hold;
    if (folder === undefined) this.#database = new DatabaseSync(":memory:");
    else {
      this.#folder = openDataFolder(folder);
      this.#database = this.#folder.database;
      this.#sync = new WalSync(this.#folder.file);
      this.#room = new DiskRoom(folder, onDisk);
    }
    this.#begin = this.#database.prepare("BEGIN IMMEDIATE");
    this.#commit = this.#database.prepare("COMMIT");
    this.#savepoint = this.#database.prepare("SAVEPOINT work");
    this.#release = this.#database.prepare("RELEASE work");
    this.#undo = this.#database.prepare("ROLLBACK TO work");
  }

  /** Whether what is in it outlives the process. */
  get isDurable(): boolean {
    return this.#folder !== undefined;
  }

  /** Why new work is to be refused: the disk is nearly full. Undefined while there is room. */
  get refusal(): string | undefined {
    return this.#room?.refusal;
  }

  /** Runs statements that make or change tables. */
  exec(sql: string): void {
    const statement = this.#database.prepare(sql);
    this.#change(statement.run.bind(statement), []);
  }

  /** A statement that is parsed once. Keep it, and run it often. */
  prepare(sql: string): StatementSync {
    const statement = this.#database.prepare(sql);
    if (/^\s*(SELECT|PRAGMA)/i.test(sql)) return statement;
    const run = statement.run.bind(statement);
    statement.run = (...values: unknown[]) => this.#change(run, values as SQLInputValue[]);
    return statement;
  }

  /**
   * Values that are all held in memory, by key, and written with the group that they change in. A name stands for one
   * collection; numeric keys are for entries that are read in order.
   */
  collection<Value>(name: string): Collection<string, Value>;
  collection<Value>(name: string, keys: "number"): Collection<number, Value>;
  collection(name: string, keys: KeyType = "text"): Collection<CollectionKey, unknown> {
    let collection = this.#collections.get(name);
    if (!collection) {
      collection = this.#folder ? this.#stored(name, keys) : new Collection();
      this.#collections.set(name, collection);
    }
    return collection;
  }

  #stored(name: string, keys: KeyType): Collection<CollectionKey, unknown> {
    const table = `collection_${name}`;
    const exists = this.#database
      .prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?")
      .get(table);
    if (!exists) {
      const columns =
        keys === "number"
          ? "(key INTEGER PRIMARY KEY, value TEXT NOT NULL) STRICT"
          : "(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID";
      this.exec(`CREATE TABLE ${table} ${columns}`);
    }
    const collection: Collection<CollectionKey, unknown> = new Collection({
      rows: this.#database.prepare(`SELECT key, value FROM ${table} ORDER BY key`).iterate(),
      put: this.prepare(`INSERT OR REPLACE INTO ${table} (key, value) VALUES (?, ?)`),
      delete: this.prepare(`DELETE FROM ${table} WHERE key = ?`),
      changed: () => this.flushLater(collection),
    });
    return collection;
  }

  /** Calls code that gathers changes, so that it writes them before the group is committed. */
  flushLater(gatherer: Flushable): void {
    this.#dirty.add(gatherer);
    this.#schedule();
  }

  /** Does the work in one transaction; work that is in one already joins it. An error undoes everything and is thrown on. */
  transaction<T>(work: () => T): T {
    if (this.#inTransaction) return work();
    this.#open();
    const mark = this.#redo.length;
    this.#savepoint.run();
    this.#inTransaction = true;
    let result: T;
    try {
      result = work();
      this.#release.run();
    } catch (error) {
      this.#inTransaction = false;
      const callbacks = this.#onRollback;
      this.#forgetCallbacks();
      this.#undo.run();
      this.#release.run();
      this.#redo.length = mark;
      for (const callback of callbacks.reverse()) callback();
      throw error;
    }
    this.#inTransaction = false;
    const callbacks = this.#afterCommit;
    this.#forgetCallbacks();
    for (const callback of callbacks) callback();
    return result;
  }

  /** Calls back before a group with changes is committed; what that changes is part of the group. One callback. */
  beforeEachCommit(callback: () => void): void {
    this.#beforeCommit = callback;
  }

  /** Calls back once the current transaction has ended: immediately outside of one, never after an error. */
  afterCommit(callback: () => void): void {
    if (this.#inTransaction) this.#afterCommit.push(callback);
    else callback();
  }

  /** Calls back when what is written now is undone, the newest first; never outside a transaction. */
  onRollback(callback: () => void): void {
    if (this.#inTransaction) this.#onRollback.push(callback);
  }

  /**
   * Settles once all that has been written so far is on disk; undefined where it is already, or there is no disk.
   * Rejects with a {@link NotDurableError} while the disk cannot be written.
   */
  durable(): Promise<void> | undefined {
    if (!this.#sync) return undefined;
    if (!this.#isOpen && this.#dirty.size === 0) return this.#sync.underWay;
    if (!this.#next) {
      this.#next = Promise.withResolvers();
      this.#next.promise.catch(() => {});
      this.#schedule();
    }
    return this.#next.promise;
  }

  /** Commits what is written, and closes. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    try {
      this.#flush();
      if (this.#isOpen) this.#commit.run();
      this.#next?.resolve();
    } finally {
      this.#sync?.close();
      this.#room?.close();
      if (this.#folder) this.#folder.close();
      else this.#database.close();
    }
  }

  #change(run: StatementSync["run"], values: SQLInputValue[]): ReturnType<StatementSync["run"]> {
    this.#open();
    const result = run(...values);
    if (this.#sync) this.#redo.push([run, values]);
    return result;
  }

  #open(): void {
    if (this.#isOpen) return;
    this.#begin.run();
    this.#isOpen = true;
    this.#schedule();
  }

  #schedule(): void {
    // What is written during a sync is committed together after it.
    if (this.#isScheduled || this.#isClosed || this.#sync?.underWay) return;
    this.#isScheduled = true;
    setImmediate(() => this.#commitGroup());
  }

  #commitGroup(): void {
    if (this.#isClosed) return;
    const next = this.#next;
    try {
      this.#room?.check();
      if (this.#isOpen || this.#dirty.size > 0) this.#beforeCommit();
      this.#flush();
      if (this.#isOpen) {
        this.#commit.run();
        this.#isOpen = false;
        this.#redo = [];
        this.#room?.succeeded();
      }
    } catch (error) {
      this.#commitFailed(error as Error);
      return;
    }
    this.#next = undefined;
    this.#isScheduled = false;
    if (!this.#sync) return;
    const synced = this.#sync.start();
    this.#hold?.(synced);
    synced.then(
      () => {
        next?.resolve();
        this.#schedulePending();
      },
      (error: Error) => {
        next?.reject(new NotDurableError(error.message));
        this.#room?.failed(error);
        this.#schedulePending();
      },
    );
  }

  #schedulePending(): void {
    if (this.#isOpen || this.#dirty.size > 0 || this.#next) this.#schedule();
  }

  #flush(): void {
    if (this.#dirty.size === 0) return;
    this.#open();
    for (const gatherer of this.#dirty) gatherer.flush();
    this.#dirty.clear();
  }

  /** Nothing is lost: SQLite has undone the group, and it is done again, to be committed later. */
  #commitFailed(error: Error): void {
    this.#next?.reject(new NotDurableError(error.message));
    this.#next = undefined;
    this.#room?.failed(error);
    if (!this.#database.isTransaction) {
      this.#begin.run();
      this.#isOpen = true;
      for (const [run, values] of this.#redo) run(...values);
    }
    // It stays scheduled: the next try is the timer's.
    setTimeout(() => this.#commitGroup(), RETRY_MS).unref();
  }

  #forgetCallbacks(): void {
    if (this.#afterCommit.length > 0) this.#afterCommit = [];
    if (this.#onRollback.length > 0) this.#onRollback = [];
  }
}
