import type { Kernel } from "../../kernel/kernel.ts";
import type { Operation, Service } from "../../kernel/service.ts";
import { ServiceError } from "../../kernel/service-error.ts";
import type { RecordedResource } from "../../program/recorded.ts";
import type { OnRecords } from "../../streams/stream-reader.ts";
import type { Lambda } from "../lambda/service.ts";
import type { Sqs } from "../sqs/service.ts";
import { describeMapping } from "./describe-mapping.ts";
import { listMappings } from "./list-mappings.ts";
import { type MappingSettings, mappingSettings } from "./mapping-settings.ts";
import { mappingMembers } from "./members.ts";
import { QueueSource, type WaitForTurn, type WatchedQueue } from "./queue-source.ts";
import { type StreamBatchStep, StreamSource } from "./stream-source.ts";

/** What the mappings read from. */
export interface EventSourcesOptions {
  lambda: Lambda;
  sqs: Sqs;
  onRecords: OnRecords;
}

const QUEUE_ACTIONS = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
const STREAM_ACTIONS = [
  "dynamodb:DescribeStream",
  "dynamodb:GetRecords",
  "dynamodb:GetShardIterator",
  "dynamodb:ListStreams",
];

/** Lambda's event source mappings: from queues and tables' streams to functions. */
export class EventSources implements Service {
  /** Mappings are a part of Lambda's API. */
  readonly name = "lambda";
  readonly operations: Readonly<Record<string, Operation>>;
  readonly members = mappingMembers;
  readonly #kernel: Kernel;
  readonly #options: EventSourcesOptions;
  readonly #sources: (QueueSource | StreamSource)[] = [];
  readonly #listeners = new Set<(step: StreamBatchStep) => void>();

  constructor(kernel: Kernel, options: EventSourcesOptions) {
    this.#kernel = kernel;
    this.#options = options;
    this.operations = {
      ListEventSourceMappings: {
        needs: () => [{ action: "lambda:ListEventSourceMappings", resource: "*" }],
        run: (input) =>
          listMappings(
            this.#sources.map(({ settings }) => describeMapping(settings, this.#kernel)),
            input,
          ),
      },
    };
  }

  /**
   * Creates an `aws:lambda/eventSourceMapping:EventSourceMapping`, once its source and its function exist.
   *
   * @throws Error that starts with the resource's name, where AWS would refuse it.
   */
  async provision(resource: RecordedResource): Promise<void> {
    const { lambda, onRecords } = this.#options;
    const functionName = String(resource.inputs["functionName"]);
    const definition = lambda.definitionOf(functionName);
    if (!definition) throw new Error(`${resource.name}: there is no function ${functionName}`);
    const settings = mappingSettings(resource, definition, this.#kernel.clock.now());
    const isQueue = settings.sourceArn.startsWith("arn:aws:sqs:");
    const waitForTurn: WaitForTurn = (name, signal) => lambda.turn(name, signal);
    this.#checkRole(settings, isQueue ? QUEUE_ACTIONS : STREAM_ACTIONS);
    this.#refuseTwin(settings);
    if (isQueue) {
      const queue = this.#queueOf(settings);
      const source = new QueueSource(this.#kernel, settings, queue, waitForTurn);
      this.#sources.push(source);
      if (settings.enabled) source.start();
    } else {
      await this.#requireStream(settings);
      const source = new StreamSource(this.#kernel, settings, onRecords, waitForTurn, (step) => {
        for (const listener of this.#listeners) listener(step);
      });
      this.#sources.push(source);
      if (settings.enabled) await source.start();
    }
  }

  /** Calls back at every step of a stream's batches; returns a function that stops it. */
  onStreamBatch(listener: (step: StreamBatchStep) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  stop(): void {
    for (const source of this.#sources) source.stop();
  }

  #checkRole({ name, definition, sourceArn }: MappingSettings, actions: string[]): void {
    const caller = {
      kind: "role",
      roleArn: definition.roleArn,
      sessionName: definition.name,
    } as const;
    for (const action of actions) {
      const denial = this.#kernel.policies.authorise(
        caller,
        { action, resource: sourceArn },
        "lambda",
      );
      if (denial) {
        throw new Error(
          `${name}: the function's role may not read its event source: ${denial.explanation}`,
        );
      }
    }
  }

  #refuseTwin({ name, sourceArn, definition }: MappingSettings): void {
    const twin = this.#sources.find(
      ({ settings }) =>
        settings.sourceArn === sourceArn && settings.definition.arn === definition.arn,
    );
    if (!twin) return;
    const [start, end] = sourceArn.startsWith("arn:aws:sqs:")
      ? ["An event source mapping with SQS arn", "already exists"]
      : ["The event source arn", "provided mapping already exists"];
    throw new Error(
      `${name}: ${start} (" ${sourceArn} ") and function (" ${definition.name} ") ${end}. Please update or delete the existing mapping with UUID ${twin.settings.id}`,
    );
  }

  async #requireStream({ name, sourceArn }: MappingSettings): Promise<void> {
    const input = { StreamArn: sourceArn, Limit: 1 };
    const caller = { kind: "administrator" } as const;
    try {
      await this.#kernel.dispatcher.call("dynamodbstreams", "DescribeStream", input, caller);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      throw new Error(`${name}: Stream not found: ${sourceArn}`);
    }
  }

  #queueOf({ name, definition, sourceArn }: MappingSettings): WatchedQueue {
    const queue = this.#options.sqs.queueByArn(sourceArn);
    if (!queue) {
      throw new Error(
        `${name}: Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not exist: ${sourceArn}`,
      );
    }
    const { visibilityTimeoutSeconds } = queue.settings;
    if (visibilityTimeoutSeconds < definition.timeoutSeconds) {
      throw new Error(
        `${name}: Queue visibility timeout: ${visibilityTimeoutSeconds} seconds is less than Function timeout: ${definition.timeoutSeconds} seconds`,
      );
    }
    return queue;
  }
}
