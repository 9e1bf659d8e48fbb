import type { Kernel } from "../../kernel/kernel.ts";
import type { Need } from "../../kernel/service.ts";
import type { Collection } from "../../store/collection.ts";
import type { Message } from "./message.ts";
import { MessageShelf } from "./message-shelf.ts";
import { Queue } from "./queue.ts";
import type { QueueStep } from "./queue-outlets.ts";
import type { QueueSettings } from "./queue-settings.ts";
import { invalidParameter, noQueue, notFound } from "./sqs-error.ts";

/** Every queue of the stack, by name, URL and ARN. */
export class QueueRegistry {
  readonly #kernel: Kernel;
  readonly #awsEndpoint: string;
  readonly #queues = new Map<string, Queue>();
  readonly #listeners = new Set<(queue: Queue, step: QueueStep) => void>();
  readonly #shelf: MessageShelf;
  /** Settings of the queues that callers made. */
  readonly #made: Collection<string, QueueSettings>;

  constructor(kernel: Kernel, awsEndpoint: string) {
    this.#kernel = kernel;
    this.#awsEndpoint = awsEndpoint;
    this.#shelf = new MessageShelf(kernel.store);
    this.#made = kernel.store.collection("sqs_queues");
    for (const [name, settings] of this.#made.entries()) this.create(name, settings);
  }

  get all(): Queue[] {
    return [...this.#queues.values()];
  }

  /** Makes a queue; a dead-letter queue may be made later than those that use it. */
  create(name: string, settings: QueueSettings): Queue {
    const identity = { name, arn: this.arnOf(name) };
    const outlets = {
      bury: (message: Message) => this.#bury(queue, message),
      tell: (step: QueueStep) => {
        for (const listener of this.#listeners) listener(queue, step);
      },
    };
    const queue: Queue = new Queue(identity, settings, this.#kernel, outlets, this.#shelf);
    this.#queues.set(name, queue);
    return queue;
  }

  /** Keeps the settings of a queue that no program declares. */
  keep({ name, settings }: Queue): void {
    this.#made.put(name, settings);
  }

  /** Calls back at every step of any queue; returns a function that stops it. */
  onStep(listener: (queue: Queue, step: QueueStep) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  remove(queue: Queue): void {
    queue.purge();
    queue.stop();
    this.#queues.delete(queue.name);
    this.#made.delete(queue.name);
  }

  find(name: string): Queue | undefined {
    return this.#queues.get(name);
  }

  findByArn(arn: string): Queue | undefined {
    return this.all.find((queue) => queue.arn === arn);
  }

  /** @throws ServiceError QueueDoesNotExist. */
  named(name: string): Queue {
    const queue = this.find(name);
    if (!queue) throw noQueue();
    return queue;
  }

  /** The queue that a request is about. @throws ServiceError QueueDoesNotExist. */
  at({ QueueUrl }: { QueueUrl?: unknown }): Queue {
    return this.named(nameIn(QueueUrl));
  }

  /** The queue that a parameter names. @throws ServiceError when it is not an ARN, or the queue does not exist. */
  byArn(parameter: string, arn: unknown): Queue {
    const queue = this.findByArn(String(arn));
    if (queue) return queue;
    if (!/^arn:[^:]+:sqs:[^:]+:\d{12}:[\w.-]+$/.test(String(arn))) {
      throw invalidParameter(
        `You must use this format to specify the ${parameter}: arn:<partition>:<service>:<region>:<account-id>:<resource-id>`,
      );
    }
    throw notFound(`The resource that you specified for the ${parameter} parameter doesn't exist.`);
  }

  /** The queues with this dead-letter queue. */
  sourcesOf(queue: Queue): Queue[] {
    return this.all.filter(({ settings }) => settings.redrive?.deadLetterArn === queue.arn);
  }

  urlOf({ name }: Queue): string {
    return `${this.#awsEndpoint}/${this.#kernel.account}/${name}`;
  }

  arnOf(name: string): string {
    const { region, account } = this.#kernel;
    return `arn:aws:sqs:${region}:${account}:${name}`;
  }

  /** What an action on the queue of a request must be allowed. */
  need(action: string): (input: { QueueUrl?: unknown }) => Need[] {
    return ({ QueueUrl }) => [{ action: `sqs:${action}`, resource: this.arnOf(nameIn(QueueUrl)) }];
  }

  /** Moves a message that was received too often; if the dead-letter queue no longer exists, it stays. */
  #bury(queue: Queue, message: Message): boolean {
    const deadLetterArn = queue.settings.redrive?.deadLetterArn ?? "";
    const target = this.findByArn(deadLetterArn);
    if (!target) return false;
    this.#kernel.trace.emit({
      from: queue.arn,
      to: deadLetterArn,
      kind: "sqs:redrive",
      decision: "failed",
      detail: `message ${message.id} was received ${message.receiveCount} times and not deleted`,
    });
    const buried = { at: this.#kernel.clock.now(), receiveCount: message.receiveCount };
    target.put({ ...message, sourceArn: queue.arn, buried });
    return true;
  }
}

/** A queue's name, from its URL; the host does not matter here. */
function nameIn(queueUrl: unknown): string {
  const url = String(queueUrl ?? "");
  return url.slice(url.lastIndexOf("/") + 1);
}
