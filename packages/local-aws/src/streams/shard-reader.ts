import { createHash } from "node:crypto";
import { sleep } from "../kernel/clock.ts";
import { ServiceError } from "../kernel/service-error.ts";
import { supervised, unattended } from "../kernel/unattended.ts";
import { Lane, type LaneContext } from "./lane.ts";
import type { ShardPosition } from "./shard-position.ts";
import type { StreamRecord } from "./stream-record.ts";

/** Where a shard is read from. */
export type Position = "LATEST" | "TRIM_HORIZON";

/** What a shard reader is part of. */
export interface ShardContext extends Omit<LaneContext, "onRoom"> {
  streamArn: string;
  /** Its position, from this run or an earlier one. */
  progress: ShardPosition;
  /** Lanes that work side by side; changes of one item always share a lane. */
  parallelizationFactor: number;
  /** Calls the streams API in the reader's name. */
  call<Output>(operation: string, input: object): Promise<Output>;
  /** Called before each wait after a failed read. */
  onReadFailure(error: unknown, delayMs: number): void;
  /** Called once all records of a closed shard are read. */
  onClosed(): void;
}

interface RecordsPage {
  Records: Omit<StreamRecord, "eventSourceARN">[];
  NextShardIterator?: string;
}

const MAX_RECORDS = 1_000;
const FIRST_RETRY_MS = 250;
const MAX_RETRY_MS = 30_000;

/** Reads one shard when it is woken and spreads its records over lanes. */
export class ShardReader {
  readonly #context: ShardContext;
  readonly #lanes: Lane[];
  #iterator: string | undefined;
  #lastRead: string | undefined;
  // Records that were there before a reader at LATEST are not for it.
  #ignoreBefore = 0;
  #reading = false;
  #awake = false;

  constructor(context: ShardContext) {
    this.#context = context;
    const onRoom = supervised("reading a stream", () => this.#read());
    this.#lanes = Array.from(
      { length: context.parallelizationFactor },
      () => new Lane({ ...context, onRoom }),
    );
  }

  /** Fixes the position; later records are read from there. */
  async open(position: Position): Promise<void> {
    const { clock, progress } = this.#context;
    const { kept } = progress;
    if (kept) {
      this.#ignoreBefore = kept.since;
      this.#lastRead = kept.after;
      this.#iterator = await this.#iteratorAfter(kept.after);
      return;
    }
    if (position === "LATEST") this.#ignoreBefore = Math.floor(clock.now() / 1000);
    this.#iterator = await this.#iteratorAt({ ShardIteratorType: position });
    progress.begin(this.#ignoreBefore);
  }

  /** Reads until the shard has nothing new. */
  wake(): void {
    this.#awake = true;
    unattended("reading a stream", () => this.#read());
  }

  async #read(): Promise<void> {
    if (this.#reading) return;
    this.#reading = true;
    let failures = 0;
    while (this.#canRead()) {
      try {
        await this.#readPage();
        failures = 0;
      } catch (error) {
        this.#awake = true;
        const delay = Math.min(FIRST_RETRY_MS * 2 ** failures++, MAX_RETRY_MS);
        if (!(await this.#wait(error, delay))) break;
      }
    }
    this.#reading = false;
  }

  #canRead(): boolean {
    const { gate, stopped } = this.#context;
    const room = this.#lanes.every((lane) => lane.hasRoom);
    return this.#awake && room && gate.isOpen && !stopped.aborted && this.#iterator !== undefined;
  }

  async #readPage(): Promise<void> {
    const { settings, call, onClosed } = this.#context;
    // A wake during the call must not be lost, so the flag falls before it.
    this.#awake = false;
    const Limit = Math.min(settings.batchSize, MAX_RECORDS);
    const input = { ShardIterator: this.#iterator, Limit };
    const page = await call<RecordsPage>("GetRecords", input);
    this.#iterator = page.NextShardIterator;
    // A page ends at a size as well as at a count: only an empty page is the last.
    if (page.Records.length > 0) this.#awake = true;
    for (const record of page.Records) this.#take(record);
    for (const lane of this.#lanes) lane.flush();
    if (this.#iterator === undefined) onClosed();
  }

  #take(record: Omit<StreamRecord, "eventSourceARN">): void {
    const { consumer, streamArn, progress } = this.#context;
    this.#lastRead = record.dynamodb.SequenceNumber;
    progress.took(record);
    const whole: StreamRecord = { ...record, eventSourceARN: streamArn };
    const isEarly = record.dynamodb.ApproximateCreationDateTime < this.#ignoreBefore;
    if (!isEarly && consumer.accepts(whole)) this.#lanes[this.#laneOf(whole)]?.add(whole);
    else progress.done([record]);
  }

  #laneOf({ dynamodb }: StreamRecord): number {
    if (this.#lanes.length === 1) return 0;
    const hash = createHash("sha1").update(JSON.stringify(dynamodb.Keys)).digest();
    return hash.readUInt32BE() % this.#lanes.length;
  }

  /** Waits after a failed read; false once the reader is stopped. */
  async #wait(error: unknown, delay: number): Promise<boolean> {
    const { clock, stopped, onReadFailure } = this.#context;
    if (error instanceof ServiceError && /ExpiredIterator|TrimmedDataAccess/.test(error.code)) {
      // Iterators live for fifteen minutes, and a quiet table is not read in between.
      const reopened = await this.#reopen(error.code === "ExpiredIteratorException");
      if (reopened) return true;
    }
    if (stopped.aborted) return false;
    onReadFailure(error, delay);
    try {
      await sleep(clock, delay, stopped);
      return true;
    } catch {
      return false;
    }
  }

  async #reopen(keepPlace: boolean): Promise<boolean> {
    try {
      this.#iterator = await this.#iteratorAfter(keepPlace ? this.#lastRead : undefined);
      return true;
    } catch {
      return false;
    }
  }

  async #iteratorAfter(number: string | undefined): Promise<string> {
    const oldest = { ShardIteratorType: "TRIM_HORIZON" };
    if (number === undefined) return this.#iteratorAt(oldest);
    try {
      const place = { ShardIteratorType: "AFTER_SEQUENCE_NUMBER", SequenceNumber: number };
      return await this.#iteratorAt(place);
    } catch (error) {
      // What came next is trimmed as well: everything that remains is unread.
      if (!(error instanceof ServiceError && /TrimmedDataAccess/.test(error.code))) throw error;
      return this.#iteratorAt(oldest);
    }
  }

  async #iteratorAt(place: object): Promise<string> {
    const { call, streamArn, shardId } = this.#context;
    const input = { StreamArn: streamArn, ShardId: shardId, ...place };
    return (await call<{ ShardIterator: string }>("GetShardIterator", input)).ShardIterator;
  }
}
