import { matches } from "../../grammar/event-pattern/pattern.ts";
import { queueUrl } from "../../grammar/queue-url.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { Caller } from "../../kernel/service.ts";
import { handOverWaitMs, tryAgain } from "../../kernel/try-again.ts";
import { batchInfo } from "../../streams/batch-info.ts";
import type { DeliveryTurn, StreamConsumer } from "../../streams/lane.ts";
import type { Attempt, BatchResult, Discarded } from "../../streams/stream-outcome.ts";
import { type OnRecords, StreamReader } from "../../streams/stream-reader.ts";
import type { StreamRecord } from "../../streams/stream-record.ts";
import { invokeBatch } from "./invoke-batch.ts";
import type { MappingSettings } from "./mapping-settings.ts";
import type { WaitForTurn } from "./queue-source.ts";

/** What happens to a stream's batches, for metrics. */
export type StreamBatchStep =
  | {
      kind: "delivering";
      functionName: string /** Of the batch's last record, in ms. */;
      ageMs: number;
    }
  | { kind: "undelivered"; functionName: string };

/** Brings a table's changes to a function, in order; a batch that fails blocks those behind it. */
export class StreamSource implements StreamConsumer {
  readonly settings: MappingSettings;
  readonly #kernel: Kernel;
  readonly #reader: StreamReader;
  readonly #caller: Caller;
  readonly #tell: (step: StreamBatchStep) => void;
  readonly #waitForTurn: WaitForTurn;

  constructor(
    kernel: Kernel,
    settings: MappingSettings,
    onRecords: OnRecords,
    waitForTurn: WaitForTurn,
    tell: (step: StreamBatchStep) => void,
  ) {
    this.#kernel = kernel;
    this.#tell = tell;
    this.#waitForTurn = waitForTurn;
    this.settings = settings;
    const { roleArn, name: sessionName } = settings.definition;
    this.#caller = { kind: "role", roleArn, sessionName };
    this.#reader = new StreamReader(
      kernel,
      onRecords,
      {
        name: settings.id,
        streamArn: settings.sourceArn,
        caller: this.#caller,
        startingPosition: settings.startingPosition,
        parallelizationFactor: settings.parallelizationFactor,
        batchSize: settings.batchSize,
        maximumBatchingWindowInSeconds: settings.windowSeconds,
        policy: {
          maximumRetryAttempts: settings.maximumRetryAttempts,
          maximumRecordAgeInSeconds: settings.maximumRecordAgeSeconds,
          bisect: settings.bisect ? "failed-batches" : "off",
          // Recorded on AWS: localstack/localstack, test_dynamodb_report_batch_item_failures.
          restBeginsAnew: true,
        },
      },
      this,
      { onReadFailure: (error) => this.#emit("lambda:read", (error as Error).message) },
    );
  }

  /** Settles once the stream is open, or the first try has failed. */
  start(): Promise<void> {
    return this.#reader.start();
  }

  stop(): void {
    this.#reader.stop();
  }

  accepts(record: StreamRecord): boolean {
    const { filters } = this.settings;
    return filters.length === 0 || filters.some((pattern) => matches(pattern, record));
  }

  turn(signal: AbortSignal): Promise<DeliveryTurn> {
    return this.#waitForTurn(this.settings.definition.name, signal);
  }

  async deliver(records: readonly StreamRecord[], turn?: DeliveryTurn): Promise<BatchResult> {
    const { definition, reportsFailures } = this.settings;
    const written = (records.at(-1)?.dynamodb.ApproximateCreationDateTime ?? 0) * 1000;
    const ageMs = this.#kernel.clock.now() - written;
    this.#tell({ kind: "delivering", functionName: definition.name, ageMs });
    const ids = records.map(({ dynamodb }) => dynamodb.SequenceNumber);
    const verdict = await invokeBatch(
      this.#kernel,
      definition,
      records,
      ids,
      reportsFailures,
      turn?.requestId,
    );
    if (verdict.kind !== "partial") return verdict;
    return { ...verdict, reason: `${verdict.failed.length} records failed` };
  }

  retrying({ records, retries }: Attempt, reason: string, delayMs: number): void {
    const again = `retry ${retries + 1} of ${records.length} records in ${(delayMs / 1000).toFixed(1)} s`;
    this.#emit("lambda:batch", `${reason}; ${again}`);
  }

  async discard(
    { records, retries, condition, answered }: Discarded,
    shardId: string,
  ): Promise<void> {
    const { definition, sourceArn, onFailureArn } = this.settings;
    const what = `${records.length} records are discarded: ${condition}`;
    if (!onFailureArn) {
      this.#emit("lambda:drop", `${what}; the mapping has no on-failure destination`);
      return;
    }
    const { clock, newId, dispatcher } = this.#kernel;
    const MessageBody = JSON.stringify({
      requestContext: {
        requestId: newId(),
        functionArn: definition.arn,
        condition:
          condition === "RetryAttemptsExhausted" ? "RetryAttemptsExhausted" : "RecordAgeExceeded",
        approximateInvokeCount: retries + 1,
      },
      responseContext: {
        statusCode: 200,
        executedVersion: "$LATEST",
        functionError: answered ? null : "Unhandled",
      },
      version: "1.0",
      timestamp: new Date(clock.now()).toISOString(),
      DDBStreamBatchInfo: batchInfo(records, shardId, sourceArn),
    });
    try {
      const send = () =>
        onFailureArn.startsWith("arn:aws:sns:")
          ? dispatcher.call(
              "sns",
              "Publish",
              { TopicArn: onFailureArn, Message: MessageBody },
              this.#caller,
            )
          : dispatcher.call(
              "sqs",
              "SendMessage",
              { QueueUrl: queueUrl(onFailureArn), MessageBody },
              this.#caller,
            );
      await tryAgain(clock, send, handOverWaitMs);
      this.#emit("lambda:dead-letter", what);
    } catch (error) {
      this.#tell({ kind: "undelivered", functionName: definition.name });
      this.#emit("lambda:drop", `${what}; ${(error as Error).message}`);
    }
  }

  #emit(kind: string, detail: string): void {
    const { definition, sourceArn } = this.settings;
    this.#kernel.trace.emit({
      from: definition.name,
      to: sourceArn,
      kind,
      decision: "failed",
      detail,
    });
  }
}
