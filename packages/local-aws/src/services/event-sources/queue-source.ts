import { queueUrl } from "../../grammar/queue-url.ts";
import type { Timer } from "../../kernel/clock.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { Caller } from "../../kernel/service.ts";
import { ServiceError } from "../../kernel/service-error.ts";
import { supervised, unattended } from "../../kernel/unattended.ts";
import type { ReadyTurn } from "../lambda/ready-turns.ts";
import { invokeBatch } from "./invoke-batch.ts";
import type { MappingSettings } from "./mapping-settings.ts";
import { passesFilters, queueRecord, type ReceivedMessage } from "./queue-record.ts";

/** The queue of a mapping. */
export interface WatchedQueue {
  /** Whether a receive would return a message. */
  readonly hasVisible: boolean;
  /** Calls back when a message becomes visible; returns a function that stops it. */
  onMessage(callback: () => void): () => void;
}

/** Waits until a function can run one more event; rejects with the signal's reason once that is aborted. */
export type WaitForTurn = (functionName: string, signal: AbortSignal) => Promise<ReadyTurn>;

const MAX_PER_RECEIVE = 10;
const RETRY_MS = 1_000;

/**
 * Brings a queue's messages to a function, in batches, several at a time. It receives and deletes in the name of the
 * function's role, as Lambda's pollers do, but woken by messages instead of polling, and only what can run at once: what
 * waits stays in the queue, where its visibility timeout does not pass.
 */
export class QueueSource {
  readonly settings: MappingSettings;
  readonly #kernel: Kernel;
  readonly #queue: WatchedQueue;
  readonly #waitForTurn: WaitForTurn;
  readonly #caller: Caller;
  #running = 0;
  #gathered: ReceivedMessage[] = [];
  #window: Timer | undefined;
  #receiving = false;
  #wokenAgain = false;
  readonly #stopped = new AbortController();
  #unsubscribe: (() => void) | undefined;

  constructor(
    kernel: Kernel,
    settings: MappingSettings,
    queue: WatchedQueue,
    waitForTurn: WaitForTurn,
  ) {
    this.#kernel = kernel;
    this.settings = settings;
    this.#queue = queue;
    this.#waitForTurn = waitForTurn;
    const { roleArn, name: sessionName } = settings.definition;
    this.#caller = { kind: "role", roleArn, sessionName };
  }

  start(): void {
    this.#unsubscribe = this.#queue.onMessage(() => this.#wake());
    this.#wake();
  }

  stop(): void {
    this.#stopped.abort();
    this.#unsubscribe?.();
    this.#window?.cancel();
  }

  #wake(): void {
    if (this.#receiving) {
      this.#wokenAgain = true;
      return;
    }
    // Messages that are sent in one go are received in one batch.
    this.#receiving = true;
    setImmediate(supervised(`polling ${this.settings.sourceArn}`, () => this.#receive()));
  }

  async #receive(): Promise<void> {
    const { batchSize, maximumConcurrency } = this.settings;
    this.#wokenAgain = false;
    let turn: ReadyTurn | undefined;
    try {
      while (!this.#stopped.signal.aborted && this.#running < maximumConcurrency) {
        if (!this.#queue.hasVisible) break;
        turn ??= await this.#turn();
        const most = Math.min(MAX_PER_RECEIVE, batchSize - this.#gathered.length);
        const messages = await this.#receiveUpTo(most);
        this.#gathered.push(...messages);
        if (this.#gathered.length >= batchSize) {
          this.#flush(turn);
          turn = undefined;
        } else if (messages.length === 0) break;
      }
      if (this.#close(turn)) turn = undefined;
    } catch (error) {
      if (this.#stopped.signal.aborted) return;
      this.#fail("sqs:ReceiveMessage", error);
      this.#kernel.clock.after(RETRY_MS, () => this.#wake());
    } finally {
      this.#receiving = false;
      turn?.giveBack();
    }
    if (this.#wokenAgain && this.#running < maximumConcurrency) this.#wake();
  }

  /** Undefined where messages are gathered first: an environment must not be held for so long. */
  async #turn(): Promise<ReadyTurn | undefined> {
    const { windowSeconds, definition } = this.settings;
    if (windowSeconds > 0) return undefined;
    return this.#waitForTurn(definition.name, this.#stopped.signal);
  }

  async #receiveUpTo(most: number): Promise<ReceivedMessage[]> {
    const { Messages = [] } = await this.#call<{ Messages?: ReceivedMessage[] }>("ReceiveMessage", {
      MaxNumberOfMessages: most,
      // The queue announces new messages, so waiting would only delay the messages that it has.
      WaitTimeSeconds: 0,
      AttributeNames: ["All"],
      MessageAttributeNames: ["All"],
    });
    return Messages;
  }

  /** Sends what there is once its window has ended; returns whether that is now. */
  #close(turn: ReadyTurn | undefined): boolean {
    const { windowSeconds } = this.settings;
    if (this.#gathered.length === 0 || this.#window) return false;
    if (windowSeconds === 0) this.#flush(turn);
    else this.#window = this.#kernel.clock.after(windowSeconds * 1000, () => this.#flush());
    return windowSeconds === 0;
  }

  #flush(turn?: ReadyTurn): void {
    this.#window?.cancel();
    this.#window = undefined;
    const batch = this.#gathered;
    this.#gathered = [];
    if (batch.length === 0) return;
    this.#running++;
    unattended(`a batch of ${this.settings.sourceArn}`, async () => {
      try {
        await this.#handle(batch, turn);
      } finally {
        turn?.giveBack();
        this.#running--;
        if (!this.#stopped.signal.aborted) this.#wake();
      }
    });
  }

  async #handle(batch: ReceivedMessage[], turn: ReadyTurn | undefined): Promise<void> {
    const { filters } = this.settings;
    const wanted = batch.filter((message) => passesFilters(this.#record(message), filters));
    let done = batch.filter((message) => !wanted.includes(message));
    if (wanted.length > 0) {
      const verdict = await invokeBatch(
        this.#kernel,
        this.settings.definition,
        wanted.map((message) => this.#record(message)),
        wanted.map(({ MessageId }) => MessageId),
        this.settings.reportsFailures,
        turn?.requestId,
      );
      if (verdict.kind === "failed") this.#fail("lambda:batch", new Error(verdict.reason));
      const failed = verdict.kind === "partial" ? verdict.failed : [];
      if (verdict.kind !== "failed") {
        done = [...done, ...wanted.filter(({ MessageId }) => !failed.includes(MessageId))];
      }
    }
    // Failed messages stay in flight, and become visible again after the queue's visibility timeout.
    await this.#delete(done);
  }

  async #delete(messages: ReceivedMessage[]): Promise<void> {
    for (let start = 0; start < messages.length; start += MAX_PER_RECEIVE) {
      const Entries = messages
        .slice(start, start + MAX_PER_RECEIVE)
        .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      try {
        await this.#call("DeleteMessageBatch", { Entries });
      } catch (error) {
        this.#fail("sqs:DeleteMessage", error);
      }
    }
  }

  #record(message: ReceivedMessage): Record<string, unknown> {
    return queueRecord(message, this.settings, this.#kernel.region);
  }

  #call<Output>(operation: string, input: object): Promise<Output> {
    const QueueUrl = queueUrl(this.settings.sourceArn);
    return this.#kernel.dispatcher.call<Output>(
      "sqs",
      operation,
      { QueueUrl, ...input },
      this.#caller,
      undefined,
      { background: true },
    );
  }

  #fail(kind: string, error: unknown): void {
    const { definition, sourceArn } = this.settings;
    const code = error instanceof ServiceError ? `${error.code}: ` : "";
    this.#kernel.trace.emit({
      from: definition.name,
      to: sourceArn,
      kind,
      decision: "failed",
      detail: `${code}${(error as Error).message}`,
    });
  }
}
