import { DatabaseSync, type StatementSync } from "node:sqlite";

/**
 * The embedded SQLite database that services keep their state in. Everything is synchronous: what runs inside one
 * `transaction` is seen whole or not at all.
 */
export class Store {
  readonly #database: DatabaseSync;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #rollback: StatementSync;
  #inTransaction = false;
  #afterCommit: (() => void)[] = [];
  #onRollback: (() => void)[] = [];

  /** Opens a store in a file; without one it lives in memory and goes with the process. */
  constructor(file = ":memory:") {
    this.#database = new DatabaseSync(file);
    if (file !== ":memory:") this.#database.exec("PRAGMA journal_mode = WAL");
    this.#begin = this.#database.prepare("BEGIN IMMEDIATE");
    this.#commit = this.#database.prepare("COMMIT");
    this.#rollback = this.#database.prepare("ROLLBACK");
  }

  /** Runs statements that make or change tables. */
  exec(sql: string): void {
    this.#database.exec(sql);
  }

  /** A statement that is parsed once. Keep it, and run it often. */
  prepare(sql: string): StatementSync {
    return this.#database.prepare(sql);
  }

  /** Does the work in one transaction; work that is in one already joins it. An error undoes everything and is thrown on. */
  transaction<T>(work: () => T): T {
    if (this.#inTransaction) return work();
    this.#begin.run();
    this.#inTransaction = true;
    let result: T;
    try {
      result = work();
      this.#commit.run();
    } catch (error) {
      this.#inTransaction = false;
      const callbacks = this.#onRollback;
      this.#forgetCallbacks();
      this.#rollback.run();
      for (const callback of callbacks.reverse()) callback();
      throw error;
    }
    this.#inTransaction = false;
    const callbacks = this.#afterCommit;
    this.#forgetCallbacks();
    for (const callback of callbacks) callback();
    return result;
  }

  /** Calls back once what is written now is committed: at once outside a transaction, never after an error. */
  afterCommit(callback: () => void): void {
    if (this.#inTransaction) this.#afterCommit.push(callback);
    else callback();
  }

  /** Calls back when what is written now is undone, the newest first; never outside a transaction. */
  onRollback(callback: () => void): void {
    if (this.#inTransaction) this.#onRollback.push(callback);
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  #forgetCallbacks(): void {
    if (this.#afterCommit.length > 0) this.#afterCommit = [];
    if (this.#onRollback.length > 0) this.#onRollback = [];
  }
}
