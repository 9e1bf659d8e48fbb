import { closeSync, existsSync, fdatasync, openSync } from "node:fs";

/**
 * Brings what SQLite has committed to disk. SQLite itself would do so within COMMIT and hold up the process; here it is
 * another thread's work, and commits that come meanwhile share the next turn.
 */
export class WalSync {
  readonly #file: string;
  #descriptor: number | undefined;
  #underWay: Promise<void> | undefined;
  #isClosed = false;

  /** @param file of the database; its write-ahead log lies beside it, and stays the same file while it is open. */
  constructor(file: string) {
    this.#file = `${file}-wal`;
  }

  /** The sync in progress; it covers what was committed before it started. */
  get underWay(): Promise<void> | undefined {
    return this.#underWay;
  }

  /** Syncs what is committed. One at a time. */
  start(): Promise<void> {
    // Before the first page is written there is no log.
    if (this.#descriptor === undefined && !existsSync(this.#file)) return Promise.resolve();
    this.#descriptor ??= openSync(this.#file, "r+");
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#underWay = promise;
    const descriptor = this.#descriptor;
    fdatasync(descriptor, (error) => {
      this.#underWay = undefined;
      if (this.#isClosed) closeSync(descriptor);
      if (error) reject(error);
      else resolve();
    });
    return promise;
  }

  close(): void {
    this.#isClosed = true;
    if (this.#descriptor !== undefined && !this.#underWay) closeSync(this.#descriptor);
  }
}
