import type { Collection } from "../store/collection.ts";
import type { StreamRecord } from "./stream-record.ts";

/** A reader's position in a shard, as it is stored. */
export interface KeptPosition {
  /** Records that are older than this are not for it, in epoch seconds. */
  since: number;
  /** The last record of those that are all done with. */
  after?: string;
}

/**
 * A reader's position in a shard: before the first record that is not finished. What it did beyond that, in
 * another lane, it does again after a restart.
 */
export class ShardPosition {
  readonly #positions: Collection<string, KeptPosition>;
  readonly #key: string;
  /** Records that were read, in order, until all before them are done with. */
  readonly #read: { number: string; isDone: boolean }[] = [];
  readonly #byNumber = new Map<string, { number: string; isDone: boolean }>();

  constructor(positions: Collection<string, KeptPosition>, key: string) {
    this.#positions = positions;
    this.#key = key;
  }

  /** What an earlier run has kept. */
  get kept(): KeptPosition | undefined {
    return this.#positions.get(this.#key);
  }

  /** Begins where nothing is kept yet. */
  begin(since: number): void {
    this.#positions.put(this.#key, { since });
  }

  /** Notes a record that was read. */
  took({ dynamodb: { SequenceNumber: number } }: Pick<StreamRecord, "dynamodb">): void {
    const entry = { number, isDone: false };
    this.#read.push(entry);
    this.#byNumber.set(number, entry);
  }

  /** Notes records that were delivered, discarded or filtered out. */
  done(records: readonly Pick<StreamRecord, "dynamodb">[]): void {
    for (const { dynamodb } of records) {
      const entry = this.#byNumber.get(dynamodb.SequenceNumber);
      if (entry) entry.isDone = true;
    }
    let count = 0;
    while (this.#read[count]?.isDone) count++;
    if (count === 0) return;
    const gone = this.#read.splice(0, count);
    for (const { number } of gone) this.#byNumber.delete(number);
    const after = gone.at(-1)?.number;
    const since = this.kept?.since ?? 0;
    this.#positions.put(this.#key, { since, ...(after !== undefined && { after }) });
  }
}
