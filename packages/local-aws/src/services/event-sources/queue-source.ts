import { matches } from "../../grammar/event-pattern/pattern.ts";
import { queueUrl } from "../../grammar/queue-url.ts";
import type { Timer } from "../../kernel/clock.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { Caller } from "../../kernel/service.ts";
import { ServiceError } from "../../kernel/service-error.ts";
import { invokeBatch } from "./invoke-batch.ts";
import type { MappingSettings } from "./mapping-settings.ts";

/** A message as ReceiveMessage answers it. */
interface ReceivedMessage {
  MessageId: string;
  ReceiptHandle: string;
  Body: string;
  MD5OfBody: string;
  MD5OfMessageAttributes?: string;
  Attributes?: Record<string, string>;
  MessageAttributes?: Record<
    string,
    { DataType: string; StringValue?: string; BinaryValue?: string }
  >;
}

/** Calls back when a message of a queue becomes visible; the answer ends that. */
export type OnMessage = (queueArn: string, callback: () => void) => () => void;

const MOST_PER_RECEIVE = 10;
const RETRY_MS = 1_000;

/**
 * Brings a queue's messages to a function, in batches, several at a time. It receives and deletes in the name of the
 * function's role, as Lambda's pollers do, but woken by messages instead of polling.
 */
export class QueueSource {
  readonly settings: MappingSettings;
  readonly #kernel: Kernel;
  readonly #onMessage: OnMessage;
  readonly #caller: Caller;
  #running = 0;
  #gathered: ReceivedMessage[] = [];
  #window: Timer | undefined;
  #receiving = false;
  #wokenAgain = false;
  #stopped = false;
  #unsubscribe: (() => void) | undefined;

  constructor(kernel: Kernel, settings: MappingSettings, onMessage: OnMessage) {
    this.#kernel = kernel;
    this.settings = settings;
    this.#onMessage = onMessage;
    const { roleArn, name: sessionName } = settings.definition;
    this.#caller = { kind: "role", roleArn, sessionName };
  }

  start(): void {
    this.#unsubscribe = this.#onMessage(this.settings.sourceArn, () => this.#wake());
    this.#wake();
  }

  stop(): void {
    this.#stopped = true;
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
    setImmediate(() => void this.#receive());
  }

  async #receive(): Promise<void> {
    const { batchSize, maximumConcurrency } = this.settings;
    this.#wokenAgain = false;
    try {
      while (!this.#stopped && this.#running < maximumConcurrency) {
        const most = Math.min(MOST_PER_RECEIVE, batchSize - this.#gathered.length);
        const messages = await this.#receiveUpTo(most);
        this.#gathered.push(...messages);
        if (this.#gathered.length >= batchSize) this.#flush();
        else if (messages.length === 0) break;
      }
      this.#close();
    } catch (error) {
      this.#fail("sqs:ReceiveMessage", error);
      this.#kernel.clock.after(RETRY_MS, () => this.#wake());
    } finally {
      this.#receiving = false;
    }
    if (this.#wokenAgain && this.#running < maximumConcurrency) this.#wake();
  }

  async #receiveUpTo(most: number): Promise<ReceivedMessage[]> {
    const { Messages = [] } = await this.#call<{ Messages?: ReceivedMessage[] }>("ReceiveMessage", {
      MaxNumberOfMessages: most,
      // It is told of new messages, so waiting would only hold up those it has.
      WaitTimeSeconds: 0,
      AttributeNames: ["All"],
      MessageAttributeNames: ["All"],
    });
    return Messages;
  }

  /** Sends what there is once its window is over. */
  #close(): void {
    const { windowSeconds } = this.settings;
    if (this.#gathered.length === 0 || this.#window) return;
    if (windowSeconds === 0) this.#flush();
    else this.#window = this.#kernel.clock.after(windowSeconds * 1000, () => this.#flush());
  }

  #flush(): void {
    this.#window?.cancel();
    this.#window = undefined;
    const batch = this.#gathered;
    this.#gathered = [];
    if (batch.length === 0) return;
    this.#running++;
    void this.#handle(batch).finally(() => {
      this.#running--;
      if (!this.#stopped) this.#wake();
    });
  }

  async #handle(batch: ReceivedMessage[]): Promise<void> {
    const wanted = batch.filter((message) => this.#accepts(message));
    let done = batch.filter((message) => !wanted.includes(message));
    if (wanted.length > 0) {
      const verdict = await invokeBatch(
        this.#kernel,
        this.settings.definition,
        wanted.map((message) => this.#record(message)),
        wanted.map(({ MessageId }) => MessageId),
        this.settings.reportsFailures,
      );
      if (verdict.kind === "failed") this.#fail("lambda:batch", new Error(verdict.reason));
      const failed = verdict.kind === "partial" ? verdict.failed : [];
      if (verdict.kind !== "failed") {
        done = [...done, ...wanted.filter(({ MessageId }) => !failed.includes(MessageId))];
      }
    }
    // What failed stays as it is, and is visible again when the queue's visibility timeout is over.
    await this.#delete(done);
  }

  async #delete(messages: ReceivedMessage[]): Promise<void> {
    for (let start = 0; start < messages.length; start += MOST_PER_RECEIVE) {
      const Entries = messages
        .slice(start, start + MOST_PER_RECEIVE)
        .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      try {
        await this.#call("DeleteMessageBatch", { Entries });
      } catch (error) {
        this.#fail("sqs:DeleteMessage", error);
      }
    }
  }

  #accepts(message: ReceivedMessage): boolean {
    const { filters } = this.settings;
    if (filters.length === 0) return true;
    const record = this.#record(message);
    return filters.some((pattern) => {
      // A pattern on fields of the body reads it as JSON; a body that is none does not pass.
      const { body } = pattern as { body?: unknown };
      if (body === undefined || Array.isArray(body)) return matches(pattern, record);
      try {
        return matches(pattern, { ...record, body: JSON.parse(message.Body) });
      } catch {
        return false;
      }
    });
  }

  #record(message: ReceivedMessage): Record<string, unknown> {
    const attributes = Object.entries(message.MessageAttributes ?? {});
    return {
      messageId: message.MessageId,
      receiptHandle: message.ReceiptHandle,
      body: message.Body,
      attributes: message.Attributes ?? {},
      messageAttributes: Object.fromEntries(
        attributes.map(([name, { DataType, StringValue, BinaryValue }]) => [
          name,
          {
            ...(StringValue !== undefined && { stringValue: StringValue }),
            ...(BinaryValue !== undefined && { binaryValue: BinaryValue }),
            stringListValues: [],
            binaryListValues: [],
            dataType: DataType,
          },
        ]),
      ),
      md5OfBody: message.MD5OfBody,
      ...(message.MD5OfMessageAttributes && {
        md5OfMessageAttributes: message.MD5OfMessageAttributes,
      }),
      eventSource: "aws:sqs",
      eventSourceARN: this.settings.sourceArn,
      awsRegion: this.#kernel.region,
    };
  }

  #call<Output>(operation: string, input: object): Promise<Output> {
    const QueueUrl = queueUrl(this.settings.sourceArn);
    return this.#kernel.dispatcher.call<Output>(
      "sqs",
      operation,
      { QueueUrl, ...input },
      this.#caller,
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
