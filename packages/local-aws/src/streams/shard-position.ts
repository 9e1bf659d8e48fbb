import type { Collection } from "../store/collection.ts";
import type { StreamRecord } from "./stream-record.ts";

/** A batch that has failed and is to be tried again, as it is stored. */
export interface KeptAttempt {
  /** Sequence numbers of its records. */
  numbers: string[];
  retries: number;
  /** See {@link Attempt}. */
  answered?: boolean;
  /** When its next try is due, in milliseconds since the epoch. */
  due: number;
}

/** A reader's position in a shard, as it is stored. */
export interface KeptPosition {
  /** Records that are older than this are not for it, in epoch seconds. */
  since: number;
  /** The last record before which all are finished. */
  after?: string;
  /** Batches that have failed, in the order in which they are tried again. */
  attempts?: KeptAttempt[];
}

/**
 * A reader's position in a shard: before the first record that is not finished. What it did beyond that, in
 * another lane, it does again after a restart. Batches that have failed keep how often, and in which parts they were cut.
 */
export class ShardPosition {
  readonly #positions: Collection<string, KeptPosition>;
  readonly #key: string;
  /** Records that were read, in order, until all before them are done with. */
  readonly #read: { number: string; isDone: boolean }[] = [];
  readonly #byNumber = new Map<string, { number: string; isDone: boolean }>();
  /** Those that are to be retried, by their lane. */
  readonly #attempts = new Map<object, KeptAttempt[]>();
  /** What an earlier run has left, by the numbers of the records. */
  readonly #left = new Map<string, KeptAttempt>();

  constructor(positions: Collection<string, KeptPosition>, key: string) {
    this.#positions = positions;
    this.#key = key;
    for (const attempt of this.kept?.attempts ?? []) {
      for (const number of attempt.numbers) this.#left.set(number, attempt);
    }
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
      this.#left.delete(dynamodb.SequenceNumber);
      const entry = this.#byNumber.get(dynamodb.SequenceNumber);
      if (entry) entry.isDone = true;
    }
    let count = 0;
    while (this.#read[count]?.isDone) count++;
    if (count === 0) return;
    const gone = this.#read.splice(0, count);
    for (const { number } of gone) this.#byNumber.delete(number);
    this.#keep(gone.at(-1)?.number);
  }

  /** Notes the batches of a lane that are to be tried again: none once there are none. */
  retries(lane: object, attempts: KeptAttempt[]): void {
    if (attempts.length === 0) {
      if (this.#attempts.delete(lane)) this.#keep(this.kept?.after);
      return;
    }
    this.#attempts.set(lane, attempts);
    for (const { numbers } of attempts) for (const number of numbers) this.#left.delete(number);
    this.#keep(this.kept?.after);
  }

  /** What an earlier run has noted of the batch that a record was in. */
  attemptOf({ dynamodb }: Pick<StreamRecord, "dynamodb">): KeptAttempt | undefined {
    return this.#left.get(dynamodb.SequenceNumber);
  }

  #keep(after: string | undefined): void {
    const left = [...new Set(this.#left.values())];
    // Records may have become too old to be read again.
    const attempts = [...[...this.#attempts.values()].flat(), ...left].filter(
      ({ numbers }) => after === undefined || numbers.some((number) => isLater(number, after)),
    );
    this.#positions.put(this.#key, {
      since: this.kept?.since ?? 0,
      ...(after !== undefined && { after }),
      ...(attempts.length > 0 && { attempts }),
    });
  }
}

/** Sequence numbers are decimal numbers of many digits. */
function isLater(number: string, than: string): boolean {
  return BigInt(number) > BigInt(than);
}
