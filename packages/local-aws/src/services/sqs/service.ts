import type { Kernel } from "../../kernel/kernel.ts";
import type { Operation, Service } from "../../kernel/service.ts";
import { sqsMembers } from "./members.ts";
import type { Message } from "./message.ts";
import { MessageOperations } from "./message-operations.ts";
import type { Queue, QueueCounts } from "./queue.ts";
import { QueueOperations } from "./queue-operations.ts";
import type { QueueStep } from "./queue-outlets.ts";
import { QueueRegistry } from "./queue-registry.ts";
import type { QueueSettings } from "./queue-settings.ts";

/** SQS: standard queues. */
export class Sqs implements Service {
  readonly name = "sqs";
  readonly operations: Readonly<Record<string, Operation>>;
  readonly members = sqsMembers;
  readonly #queues: QueueRegistry;
  readonly #queueOperations: QueueOperations;

  constructor(kernel: Kernel, options: { awsEndpoint: string }) {
    this.#queues = new QueueRegistry(kernel, options.awsEndpoint);
    this.#queueOperations = new QueueOperations(kernel, this.#queues);
    this.operations = {
      ...new MessageOperations(kernel, this.#queues).all(),
      ...this.#queueOperations.all(),
    };
  }

  /** Resumes what was in progress in an earlier run, once all queues exist. */
  resume(): void {
    this.#queueOperations.resume();
  }

  get queues(): Queue[] {
    return this.#queues.all;
  }

  queueByArn(arn: string): Queue | undefined {
    return this.#queues.findByArn(arn);
  }

  /** Makes a queue; a dead-letter queue may be made later than those that use it. */
  createQueue(name: string, settings: QueueSettings): Queue {
    return this.#queues.create(name, settings);
  }

  /** How many messages of a queue are where. */
  stats(name: string): QueueCounts | undefined {
    return this.#queues.find(name)?.counts();
  }

  /** Calls back at every step of any queue; returns a function that stops it. */
  onStep(listener: (queue: Queue, step: QueueStep) => void): () => void {
    return this.#queues.onStep(listener);
  }

  /** The messages of every queue; JSON as it is. */
  contents(): Record<string, Message[]> {
    return Object.fromEntries(this.queues.map((queue) => [queue.name, queue.messages()]));
  }

  stop(): void {
    for (const queue of this.queues) queue.stop();
  }
}
