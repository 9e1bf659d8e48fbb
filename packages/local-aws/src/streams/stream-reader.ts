import { sleep } from "../kernel/clock.ts";
import { callerName } from "../kernel/dispatcher.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { Caller } from "../kernel/service.ts";
import { supervised, unattended } from "../kernel/unattended.ts";
import { Gate } from "./gate.ts";
import type { BatchSettings, StreamConsumer } from "./lane.ts";
import { type KeptPosition, ShardPosition } from "./shard-position.ts";
import { type Position, ShardReader } from "./shard-reader.ts";

/** Calls back when a stream may have new records; returns a function that stops it. */
export type OnRecords = (streamArn: string, callback: () => void) => () => void;

/** What to read, how, and with which role. */
export interface StreamReaderSettings extends BatchSettings {
  /** Identifies the reader, and is the same at each start: its positions are stored under it. */
  name: string;
  streamArn: string;
  caller: Caller;
  startingPosition: Position;
  /** 1 to 10. */
  parallelizationFactor: number;
}

/** What the reader reports besides records. */
export interface StreamReaderEvents {
  /** The stream is being read. */
  onOpen?(): void;
  /** A call to the stream failed; it is tried again after the delay. */
  onReadFailure(error: unknown, delayMs: number): void;
}

interface StreamDescription {
  StreamDescription: {
    Shards: {
      ShardId: string;
      ParentShardId?: string;
      SequenceNumberRange: { EndingSequenceNumber?: string };
    }[];
    LastEvaluatedShardId?: string;
  };
}

const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 60_000;

/**
 * Reads a DynamoDB stream as AWS's poller does, with the same four permissions, but woken by writes instead of by a
 * timer. Its positions are kept: after a restart it resumes where it was; its starting position applies to the first start only.
 */
export class StreamReader {
  readonly #kernel: Kernel;
  readonly #settings: StreamReaderSettings;
  readonly #consumer: StreamConsumer;
  readonly #events: StreamReaderEvents;
  readonly #onRecords: OnRecords;
  readonly #gate = new Gate(true);
  readonly #stopped = new AbortController();
  readonly #shards = new Map<string, { reader: ShardReader; closed: boolean }>();
  #unsubscribe: (() => void) | undefined;
  #opened = false;

  constructor(
    kernel: Kernel,
    onRecords: OnRecords,
    settings: StreamReaderSettings,
    consumer: StreamConsumer,
    events: StreamReaderEvents,
  ) {
    this.#kernel = kernel;
    this.#onRecords = onRecords;
    this.#settings = settings;
    this.#consumer = consumer;
    this.#events = events;
  }

  /** Settles after the first attempt to open the stream; if that fails, it keeps trying. */
  async start(): Promise<void> {
    if (await this.#tryOpen(0)) return;
    unattended("opening a stream", () => this.#keepOpening());
  }

  /** Holds reading and delivering before the next batch. */
  pause(): void {
    this.#gate.close();
  }

  /** Resumes where it was paused. */
  resume(): void {
    this.#gate.open();
    this.#wake();
  }

  /** Stops reading and waiting; a delivery in progress is not interrupted. */
  stop(): void {
    this.#unsubscribe?.();
    this.#stopped.abort();
    this.#gate.open();
  }

  async #keepOpening(): Promise<void> {
    try {
      for (let tries = 0; ; tries++) {
        await sleep(this.#kernel.clock, openDelay(tries), this.#stopped.signal);
        if (await this.#tryOpen(tries + 1)) return;
      }
    } catch (error) {
      if (!this.#stopped.signal.aborted) throw error;
    }
  }

  async #tryOpen(tries: number): Promise<boolean> {
    try {
      this.#checkListStreams();
      // Shards that appear later are children of ones that were read: nothing of theirs may be missed.
      await this.#openShards(this.#opened ? "TRIM_HORIZON" : this.#settings.startingPosition);
    } catch (error) {
      if (!this.#stopped.signal.aborted) this.#events.onReadFailure(error, openDelay(tries));
      return false;
    }
    this.#opened = true;
    this.#unsubscribe ??= this.#onRecords(this.#settings.streamArn, () => this.#wake());
    this.#events.onOpen?.();
    this.#wake();
    return true;
  }

  /** AWS wants this permission on the stream itself, though the call names only a table. */
  #checkListStreams(): void {
    const { policies, trace } = this.#kernel;
    const { caller, streamArn } = this.#settings;
    const need = { action: "dynamodb:ListStreams", resource: streamArn };
    const denial = policies.authorise(caller, need, "dynamodbstreams");
    if (!denial) return;
    const hop = { from: callerName(caller), to: streamArn, kind: need.action };
    trace.emit({ ...hop, decision: "denied", detail: denial.explanation });
    throw denial.error;
  }

  async #openShards(position: Position): Promise<void> {
    for (const shard of await this.#describeShards()) {
      if (this.#shards.has(shard.ShardId)) continue;
      const ended = shard.SequenceNumberRange.EndingSequenceNumber !== undefined;
      if (ended && position === "LATEST") continue;
      // Records of a parent come before those of its children.
      if (this.#shards.get(shard.ParentShardId ?? "")?.closed === false) continue;
      const reader = this.#shardReader(shard.ShardId);
      await reader.open(position);
      this.#shards.set(shard.ShardId, { reader, closed: false });
    }
  }

  async #describeShards() {
    const shards: StreamDescription["StreamDescription"]["Shards"] = [];
    let ExclusiveStartShardId: string | undefined;
    do {
      const { StreamDescription: part }: StreamDescription = await this.#call("DescribeStream", {
        StreamArn: this.#settings.streamArn,
        ExclusiveStartShardId,
      });
      shards.push(...part.Shards);
      ExclusiveStartShardId = part.LastEvaluatedShardId;
    } while (ExclusiveStartShardId !== undefined);
    return shards;
  }

  #shardReader(shardId: string): ShardReader {
    const { name, streamArn } = this.#settings;
    const positions = this.#kernel.store.collection<KeptPosition>("stream_positions");
    return new ShardReader({
      progress: new ShardPosition(positions, `${name} ${streamArn} ${shardId}`),
      clock: this.#kernel.clock,
      random: this.#kernel.random,
      gate: this.#gate,
      stopped: this.#stopped.signal,
      shardId,
      streamArn: this.#settings.streamArn,
      parallelizationFactor: this.#settings.parallelizationFactor,
      settings: this.#settings,
      consumer: this.#consumer,
      call: (operation, input) => this.#call(operation, input),
      onReadFailure: (error, delayMs) => this.#events.onReadFailure(error, delayMs),
      onClosed: supervised("following a closed shard", () => this.#followClosed(shardId)),
    });
  }

  async #followClosed(shardId: string): Promise<void> {
    const shard = this.#shards.get(shardId);
    if (shard) shard.closed = true;
    try {
      await this.#openShards("TRIM_HORIZON");
      this.#wake();
    } catch (error) {
      if (this.#stopped.signal.aborted) return;
      this.#events.onReadFailure(error, openDelay(0));
      unattended("opening a stream", () => this.#keepOpening());
    }
  }

  #wake(): void {
    for (const { reader } of this.#shards.values()) reader.wake();
  }

  #call<Output>(operation: string, input: object): Promise<Output> {
    const { dispatcher } = this.#kernel;
    return dispatcher.call<Output>("dynamodbstreams", operation, input, this.#settings.caller);
  }
}

function openDelay(tries: number): number {
  return Math.min(FIRST_RETRY_MS * 2 ** tries, MAX_RETRY_MS);
}
