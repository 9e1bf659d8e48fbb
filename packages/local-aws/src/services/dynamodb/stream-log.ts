import { isDeepStrictEqual } from "node:util";
import type { Kernel } from "../../kernel/kernel.ts";
import { type Item, itemSize } from "./dynalite.ts";

/** Which images of an item a stream carries. */
export type StreamViewType = "KEYS_ONLY" | "NEW_IMAGE" | "OLD_IMAGE" | "NEW_AND_OLD_IMAGES";

/** A change of one item, as GetRecords answers it. */
export interface StreamRecord {
  eventID: string;
  eventName: "INSERT" | "MODIFY" | "REMOVE";
  eventVersion: "1.1";
  eventSource: "aws:dynamodb";
  awsRegion: string;
  dynamodb: {
    ApproximateCreationDateTime: number;
    Keys: Item;
    NewImage?: Item;
    OldImage?: Item;
    SequenceNumber: string;
    SizeBytes: number;
    StreamViewType: StreamViewType;
  };
  userIdentity?: { type: string; principalId: string };
}

/** One change, before it is a record. */
export interface ItemChange {
  before: Item | undefined;
  after: Item | undefined;
  /** Set when the service itself deleted the item because its time was up. */
  byService?: boolean;
}

// DynamoDB keeps stream records for a day.
const RETENTION_MS = 24 * 60 * 60 * 1000;
const FIRST_SEQUENCE_NUMBER = 100_000_000_000_000_000_000n;
const SERVICE = { type: "Service", principalId: "dynamodb.amazonaws.com" };

/** The stream of one table, in one shard. */
export class StreamLog {
  readonly arn: string;
  readonly label: string;
  readonly table: string;
  readonly view: StreamViewType;
  readonly keyNames: readonly string[];
  readonly shardId = "shardId-00000000000000000000-00000001";
  #records: StreamRecord[] = [];
  // How many records have left at the front; positions go on counting from there.
  #trimmed = 0;
  #next = FIRST_SEQUENCE_NUMBER;
  readonly #kernel: Kernel;
  readonly #readers = new Set<() => void>();

  constructor(
    kernel: Kernel,
    stream: { arn: string; label: string; table: string; view: StreamViewType },
    keyNames: readonly string[],
  ) {
    this.#kernel = kernel;
    this.arn = stream.arn;
    this.label = stream.label;
    this.table = stream.table;
    this.view = stream.view;
    this.keyNames = keyNames;
  }

  /** Position after the newest record. */
  get end(): number {
    return this.#trimmed + this.#records.length;
  }

  /** Position of the oldest record that is kept. */
  get start(): number {
    this.#trim();
    return this.#trimmed;
  }

  get nextSequenceNumber(): string {
    return String(this.#next);
  }

  /** Goes on counting from a number that an earlier run reached. */
  continueFrom(sequenceNumber: string): void {
    const number = BigInt(sequenceNumber);
    if (number > this.#next) this.#next = number;
  }

  /** Writes a change down; one that changes nothing leaves no record. */
  append({ before, after, byService }: ItemChange): void {
    const image = after ?? before;
    if (!image || (before && after && isDeepStrictEqual(before, after))) return;
    const record: StreamRecord = {
      eventID: this.#kernel.newId().replaceAll("-", ""),
      eventName: !before ? "INSERT" : after ? "MODIFY" : "REMOVE",
      eventVersion: "1.1",
      eventSource: "aws:dynamodb",
      awsRegion: this.#kernel.region,
      dynamodb: {
        ApproximateCreationDateTime: Math.floor(this.#kernel.clock.now() / 1000),
        Keys: Object.fromEntries(this.keyNames.map((name) => [name, image[name] ?? {}])),
        ...(after && this.view.includes("NEW") && { NewImage: after }),
        ...(before && this.view.includes("OLD") && { OldImage: before }),
        SequenceNumber: String(this.#next++),
        SizeBytes: itemSize(image),
        StreamViewType: this.view,
      },
      ...(byService && { userIdentity: SERVICE }),
    };
    this.#records.push(record);
    for (const wake of this.#readers) wake();
  }

  /** Records from a position on. */
  read(position: number, limit: number): StreamRecord[] {
    this.#trim();
    const from = Math.max(0, position - this.#trimmed);
    return this.#records.slice(from, from + limit);
  }

  /** Position of the record with a sequence number; the end when it is not kept. */
  positionOf(sequenceNumber: string): number {
    const index = this.#records.findIndex(
      ({ dynamodb }) => BigInt(dynamodb.SequenceNumber) >= BigInt(sequenceNumber),
    );
    return index < 0 ? this.end : this.#trimmed + index;
  }

  /** Calls back after each record; the answer stops it. */
  onRecords(wake: () => void): () => void {
    this.#readers.add(wake);
    return () => this.#readers.delete(wake);
  }

  #trim(): void {
    const oldest = (this.#kernel.clock.now() - RETENTION_MS) / 1000;
    const kept = this.#records.findIndex((r) => r.dynamodb.ApproximateCreationDateTime >= oldest);
    const gone = kept < 0 ? this.#records.length : kept;
    if (gone === 0) return;
    this.#records = this.#records.slice(gone);
    this.#trimmed += gone;
  }
}
