import { type Clock, sleep, type Timer } from "../kernel/clock.ts";
import { reportFailure, unattended } from "../kernel/unattended.ts";
import type { Gate } from "./gate.ts";
import type { ShardPosition } from "./shard-position.ts";
import {
  type Attempt,
  type BatchResult,
  type Discarded,
  type RetryPolicy,
  splitByAge,
  streamOutcome,
} from "./stream-outcome.ts";
import type { StreamRecord } from "./stream-record.ts";

/** Leave to deliver one batch, for those who cannot always take one. */
export interface DeliveryTurn {
  readonly requestId: string;
  /** Releases it; does nothing once it has been used. */
  giveBack(): void;
}

/** What is done with the batches of a stream. */
export interface StreamConsumer {
  /** Waits until a batch can be delivered immediately; until then more records join it. Rejects once the signal is aborted. */
  turn?(signal: AbortSignal): Promise<DeliveryTurn>;
  /** Records that are not accepted are skipped. */
  accepts(record: StreamRecord): boolean;
  /** Handles one batch; a rejection fails all of it. */
  deliver(records: readonly StreamRecord[], turn?: DeliveryTurn): Promise<BatchResult>;
  /** Called with the records that are discarded; must not reject. */
  discard(batch: Discarded, shardId: string): Promise<void>;
  /** Called before each wait for a retry. */
  retrying(batch: Attempt, reason: string, delayMs: number): void;
}

/** How records become batches. */
export interface BatchSettings {
  batchSize: number;
  maximumBatchingWindowInSeconds: number;
  policy: RetryPolicy;
}

/** What a lane is part of. */
export interface LaneContext {
  clock: Clock;
  random: () => number;
  /** Closed while the reader is paused. */
  gate: Gate;
  stopped: AbortSignal;
  shardId: string;
  settings: BatchSettings;
  consumer: StreamConsumer;
  /** Called with records that are delivered or discarded, and with batches that have failed. */
  progress: Pick<ShardPosition, "done" | "retries" | "attemptOf">;
  /** Called whenever a batch is done with and there is room for more. */
  onRoom: () => void;
}

const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 60_000;

/** Delivers records in order, one batch at a time; a failing batch blocks those behind it. */
export class Lane {
  readonly #context: LaneContext;
  readonly #buffer: StreamRecord[] = [];
  #busy = false;
  #window: Timer | undefined;
  #turn: DeliveryTurn | undefined;

  constructor(context: LaneContext) {
    this.#context = context;
  }

  /** Whether another batch may be read. */
  get hasRoom(): boolean {
    return this.#buffer.length < this.#context.settings.batchSize;
  }

  add(record: StreamRecord): void {
    this.#buffer.push(record);
  }

  /** Starts to deliver what was added, as soon as a batch is full or its window has ended. */
  flush(): void {
    if (this.#busy || this.#buffer.length === 0 || this.#context.stopped.aborted) return;
    const { maximumBatchingWindowInSeconds: seconds } = this.#context.settings;
    if (this.hasRoom && seconds > 0 && !this.#hasFailedBefore()) {
      this.#window ??= this.#context.clock.after(
        seconds * 1000,
        () => this.#run(),
        "a batch of a stream",
      );
      return;
    }
    unattended("a batch of a stream", () => this.#run());
  }

  async #run(): Promise<void> {
    const { clock, stopped, consumer, onRoom } = this.#context;
    this.#window?.cancel();
    this.#window = undefined;
    if (this.#busy) return;
    this.#busy = true;
    try {
      if (consumer.turn) this.#turn = await this.#waitForTurn();
      const { due = 0, ...batch } = this.#next();
      // While it waited, there may have been no room.
      if (consumer.turn) onRoom();
      if (due > clock.now()) await sleep(clock, due - clock.now(), stopped);
      await this.#finish(batch);
    } catch (error) {
      if (this.#context.stopped.aborted) return;
      reportFailure("a batch of a stream", error);
    } finally {
      this.#busy = false;
      this.#turn?.giveBack();
      this.#turn = undefined;
    }
    this.flush();
    onRoom();
  }

  #hasFailedBefore(): boolean {
    const [first] = this.#buffer;
    return first !== undefined && this.#context.progress.attemptOf(first) !== undefined;
  }

  /** The next batch; where an earlier run has left one that failed, that one as it was. */
  #next(): Attempt & { due?: number } {
    const { progress, settings } = this.#context;
    const attempts = this.#buffer.map((record) => progress.attemptOf(record));
    const [first] = attempts;
    const end = attempts.findIndex((attempt) => attempt !== first);
    const count = Math.min(settings.batchSize, end < 0 ? attempts.length : end);
    const { retries = 0, answered, due } = first ?? {};
    return {
      records: this.#buffer.splice(0, count),
      retries,
      ...(answered && { answered }),
      ...(due !== undefined && { due }),
    };
  }

  async #finish(batch: Attempt): Promise<void> {
    const { clock, random, gate, stopped, settings, consumer, shardId, progress } = this.#context;
    const queue = [batch];
    for (let attempt = queue.shift(); attempt; attempt = queue.shift()) {
      await gate.pass();
      stopped.throwIfAborted();
      const { fresh, discarded: tooOld } = splitByAge(attempt, settings.policy, clock.now());
      if (tooOld) {
        await consumer.discard(tooOld, shardId);
        progress.done(tooOld.records);
      }
      if (fresh.records.length === 0) {
        this.#keepRetries(queue, 0);
        continue;
      }
      const result = await this.#deliver(fresh.records);
      const { next, discarded } = streamOutcome(fresh, result, settings.policy);
      if (discarded) await consumer.discard(discarded, shardId);
      const left = new Set(next.flatMap(({ records }) => records));
      progress.done(fresh.records.filter((record) => !left.has(record)));
      const delay = Math.min(FIRST_RETRY_MS * 2 ** fresh.retries, MAX_RETRY_MS);
      const jittered = delay * (0.5 + random() / 2);
      queue.unshift(...next);
      const hasNext = result.kind !== "succeeded" && next.length > 0;
      this.#keepRetries(queue, hasNext ? jittered : 0);
      if (!hasNext) continue;
      consumer.retrying(fresh, result.reason, jittered);
      await sleep(clock, jittered, stopped);
    }
  }

  /** Stores the batches that are to be retried, the first of them after a delay, for the next start. */
  #keepRetries(queue: readonly Attempt[], delayMs: number): void {
    const { progress, clock } = this.#context;
    const now = clock.now();
    const kept = queue.map(({ records, ...attempt }, index) => ({
      ...attempt,
      numbers: records.map(({ dynamodb }) => dynamodb.SequenceNumber),
      due: index === 0 ? now + delayMs : now,
    }));
    progress.retries(this, kept);
  }

  async #deliver(records: readonly StreamRecord[]): Promise<BatchResult> {
    this.#turn ??= await this.#waitForTurn();
    try {
      return await this.#context.consumer.deliver(records, this.#turn);
    } catch (error) {
      return { kind: "failed", reason: error instanceof Error ? error.message : String(error) };
    } finally {
      this.#turn?.giveBack();
      this.#turn = undefined;
    }
  }

  /** Undefined if none is needed, or none can be had: then the delivery fails with the reason. */
  async #waitForTurn(): Promise<DeliveryTurn | undefined> {
    const { consumer, stopped } = this.#context;
    try {
      return await consumer.turn?.(stopped);
    } catch {
      stopped.throwIfAborted();
      return undefined;
    }
  }
}
