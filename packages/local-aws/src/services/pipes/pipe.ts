import { matches } from "../../grammar/event-pattern/pattern.ts";
import { queueUrl } from "../../grammar/queue-url.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { Caller } from "../../kernel/service.ts";
import { ServiceError } from "../../kernel/service-error.ts";
import { handOverWaitMs, tryAgain } from "../../kernel/try-again.ts";
import { batchInfo } from "../../streams/batch-info.ts";
import type { StreamConsumer } from "../../streams/lane.ts";
import type { Attempt, BatchResult, Discarded } from "../../streams/stream-outcome.ts";
import { type OnRecords, StreamReader } from "../../streams/stream-reader.ts";
import type { StreamRecord } from "../../streams/stream-record.ts";
import type { PipeDefinition } from "./pipe-definition.ts";
import { type PipeTarget, pipeTarget, type RoleCall } from "./pipe-target.ts";

/** Receives one log line of a pipe for a CloudWatch log group. */
export type PipeLogger = (logGroupArn: string, line: string) => void;

/** One execution of a pipe that has ended. */
export interface PipeExecution {
  pipeName: string;
  /** Records of the batch. */
  events: number;
  durationMs: number;
  /** Spent on the target. */
  targetMs: number;
  outcome: BatchResult["kind"];
}

/** Where a pipe's log lines and ended executions go. */
export interface PipeOutlets {
  log?: PipeLogger | undefined;
  ended?: (execution: PipeExecution) => void;
}

/** A pipe's state, as AWS names it. */
export type PipeState = "STARTING" | "RUNNING" | "STOPPED" | "START_FAILED";

const LEVELS = ["ERROR", "INFO", "TRACE"];

/** A running pipe: reads, filters, transforms and delivers, all in its role. */
export class Pipe implements StreamConsumer {
  readonly definition: PipeDefinition;
  readonly createdAt: number;
  changedAt: number;
  state: PipeState = "STOPPED";
  stateReason: string | undefined;
  readonly #kernel: Kernel;
  readonly #reader: StreamReader;
  readonly #target: PipeTarget;
  readonly #outlets: PipeOutlets;
  readonly #caller: Caller;
  #started = false;

  constructor(
    kernel: Kernel,
    definition: PipeDefinition,
    onRecords: OnRecords,
    outlets: PipeOutlets = {},
  ) {
    this.#kernel = kernel;
    this.definition = definition;
    this.createdAt = kernel.clock.now();
    this.changedAt = this.createdAt;
    this.#outlets = outlets;
    this.#caller = definition.reader.caller;
    this.#target = pipeTarget(definition);
    this.#reader = new StreamReader(kernel, onRecords, definition.reader, this, {
      onOpen: () => this.#enter("RUNNING"),
      onReadFailure: (error, delayMs) => this.#readFailed(error, delayMs),
    });
  }

  /** Starts or resumes; settles once the stream is open or the first try has failed. */
  async start(): Promise<void> {
    if (this.#started) {
      this.#reader.resume();
      this.#enter("RUNNING");
      return;
    }
    this.#started = true;
    this.#enter("STARTING");
    await this.#reader.start();
  }

  /** Pauses the pipe at its position; {@link start} continues from there. */
  pause(): void {
    this.#reader.pause();
    this.#enter("STOPPED");
  }

  /** Ends the pipe. */
  stop(): void {
    this.#reader.stop();
  }

  accepts(record: StreamRecord): boolean {
    const { filters } = this.definition;
    return filters.length === 0 || filters.some((pattern) => matches(pattern, record));
  }

  async deliver(records: readonly StreamRecord[]): Promise<BatchResult> {
    const { clock, newId, dispatcher } = this.#kernel;
    const { template } = this.definition;
    const requestId = newId();
    const began = clock.now();
    const call: RoleCall = (service, operation, input) =>
      dispatcher.call(service, operation, input, this.#caller, requestId);
    const events = records.map((record) => ({ record, text: template(record, clock.now()) }));
    this.#write("INFO", "ExecutionStarted", requestId);
    const targetBegan = clock.now();
    const ended = (outcome: PipeExecution["outcome"]) => {
      const { name: pipeName } = this.definition;
      const [durationMs, targetMs] = [clock.now() - began, clock.now() - targetBegan];
      this.#outlets.ended?.({ pipeName, events: records.length, durationMs, targetMs, outcome });
    };
    try {
      const result = await this.#target(events, call);
      ended(result.kind);
      if (result.kind === "succeeded") this.#write("INFO", "ExecutionSucceeded", requestId);
      else this.#write("ERROR", "ExecutionPartiallyFailed", requestId, result.reason);
      return result;
    } catch (error) {
      const reason = describe(error);
      ended("failed");
      this.#write("ERROR", "ExecutionFailed", requestId, reason);
      return { kind: "failed", reason };
    }
  }

  retrying({ records, retries }: Attempt, reason: string, delayMs: number): void {
    const again = `retry ${retries + 1} of ${records.length} records in ${seconds(delayMs)}`;
    this.#emit("pipes:retry", this.definition.target, `${reason}; ${again}`);
  }

  async discard({ records, condition }: Discarded, shardId: string): Promise<void> {
    const { arn, source, deadLetterArn } = this.definition;
    const what = `${records.length} records are discarded: ${condition}`;
    if (!deadLetterArn) {
      this.#emit("pipes:drop", source, `${what}; the pipe has no deadLetterConfig`);
      return;
    }
    const body = JSON.stringify({
      context: { partnerResourceArn: arn, condition },
      version: "1.0",
      timestamp: new Date(this.#kernel.clock.now()).toISOString(),
      DDBStreamBatchInfo: batchInfo(records, shardId, source),
    });
    try {
      await this.#sendDeadLetter(deadLetterArn, body);
      this.#emit("pipes:dead-letter", deadLetterArn, what);
    } catch (error) {
      this.#emit("pipes:drop", deadLetterArn, `${what}; ${describe(error)}`);
    }
  }

  async #sendDeadLetter(arn: string, text: string): Promise<void> {
    const { clock, dispatcher } = this.#kernel;
    const [service, operation, input] = arn.startsWith("arn:aws:sns:")
      ? (["sns", "Publish", { TopicArn: arn, Message: text }] as const)
      : (["sqs", "SendMessage", { QueueUrl: queueUrl(arn), MessageBody: text }] as const);
    const send = () => dispatcher.call(service, operation, input, this.#caller);
    await tryAgain(clock, send, handOverWaitMs);
  }

  #readFailed(error: unknown, delayMs: number): void {
    const reason = describe(error);
    if (this.state === "STARTING") this.#enter("START_FAILED", reason);
    this.#emit("pipes:read", this.definition.source, `${reason}; next try in ${seconds(delayMs)}`);
  }

  #enter(state: PipeState, reason?: string): void {
    this.state = state;
    this.stateReason = reason;
    this.changedAt = this.#kernel.clock.now();
  }

  #emit(kind: string, to: string, detail: string): void {
    const { name } = this.definition;
    this.#kernel.trace.emit({ from: name, to, kind, decision: "failed", detail });
  }

  #write(logLevel: string, messageType: string, executionId: string, reason?: string): void {
    const { log, arn } = this.definition;
    if (!log || LEVELS.indexOf(logLevel) > LEVELS.indexOf(log.level)) return;
    const line = {
      resourceArn: arn,
      timestamp: this.#kernel.clock.now(),
      executionId,
      messageType,
      logLevel,
      ...(reason !== undefined && { error: { message: reason } }),
    };
    this.#outlets.log?.(log.logGroupArn, JSON.stringify(line));
  }
}

function describe(error: unknown): string {
  if (error instanceof ServiceError) return `${error.code} ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
