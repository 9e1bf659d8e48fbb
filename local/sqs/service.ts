import type { Kernel } from "../kernel.ts";
import type { CallContext, Need, Operation, Service } from "../service.ts";
import { ServiceError } from "../service-error.ts";
import { runBatch } from "./batch.ts";
import {
  checkMessage,
  type Message,
  type MessageAttributes,
  md5OfAttributes,
  md5OfBody,
} from "./message.ts";
import { MoveTasks } from "./move-tasks.ts";
import { Queue, type QueueCounts, type Received } from "./queue.ts";
import {
  attributesOf,
  DEFAULT_SETTINGS,
  type QueueSettings,
  wholeNumber,
  withAttributes,
} from "./queue-settings.ts";
import { describeReceived } from "./received-message.ts";
import { invalidParameter, noQueue } from "./sqs-error.ts";

type Input = Record<string, unknown>;

/** The messages of every queue; JSON as it is. */
export type QueuesSnapshot = Record<string, Message[]>;

const PURGE_PAUSE_MS = 60_000;

/** SQS: standard queues. */
export class Sqs implements Service {
  readonly name = "sqs";
  readonly operations: Readonly<Record<string, Operation>>;
  readonly #kernel: Kernel;
  readonly #awsEndpoint: string;
  readonly #queues = new Map<string, Queue>();
  readonly #purgedAt = new Map<string, number>();
  readonly #moves: MoveTasks;

  constructor(kernel: Kernel, options: { awsEndpoint: string }) {
    this.#kernel = kernel;
    this.#awsEndpoint = options.awsEndpoint;
    this.#moves = new MoveTasks(kernel, (arn) => this.queueByArn(arn));
    this.operations = { ...this.#messageOperations(), ...this.#queueOperations() };
  }

  get queues(): Queue[] {
    return [...this.#queues.values()];
  }

  queueByArn(arn: string): Queue | undefined {
    return this.queues.find((queue) => queue.arn === arn);
  }

  /** Makes a queue; a dead-letter queue may be made later than those that use it. */
  createQueue(name: string, settings: QueueSettings): Queue {
    const queue: Queue = new Queue(
      { name, arn: this.#arn(name) },
      settings,
      this.#kernel,
      (message) => this.#bury(queue, message),
    );
    this.#queues.set(name, queue);
    return queue;
  }

  /** How many messages of a queue are where. */
  stats(name: string): QueueCounts | undefined {
    return this.#queues.get(name)?.counts();
  }

  /** Calls back when a message of the queue becomes visible; the answer stops it. */
  onMessage(queueArn: string, wake: () => void): () => void {
    return this.queueByArn(queueArn)?.onMessage(wake) ?? (() => {});
  }

  snapshot(): QueuesSnapshot {
    return Object.fromEntries(this.queues.map((queue) => [queue.name, queue.messages()]));
  }

  /** Puts back what an earlier run left; messages that were held then are visible now. */
  restore(snapshot: QueuesSnapshot): void {
    for (const [name, messages] of Object.entries(snapshot)) {
      const queue = this.#queues.get(name);
      for (const message of messages) queue?.put(message);
    }
  }

  stop(): void {
    for (const queue of this.queues) queue.stop();
  }

  #messageOperations(): Record<string, Operation> {
    const on = (action: string) => (input: Input) => [this.#need(action, input)];
    return {
      SendMessage: {
        needs: on("SendMessage"),
        run: (input, context) => this.#send(this.#queue(input), input, context),
      },
      SendMessageBatch: {
        needs: on("SendMessage"),
        run: (input, context) => {
          const queue = this.#queue(input);
          return runBatch(input["Entries"], (entry) => this.#send(queue, entry, context));
        },
      },
      ReceiveMessage: { needs: on("ReceiveMessage"), run: (input) => this.#receive(input) },
      DeleteMessage: {
        needs: on("DeleteMessage"),
        run: (input) => this.#queue(input).delete(String(input["ReceiptHandle"])),
      },
      DeleteMessageBatch: {
        needs: on("DeleteMessage"),
        run: (input) => {
          const queue = this.#queue(input);
          return runBatch(input["Entries"], ({ ReceiptHandle }) => {
            queue.delete(String(ReceiptHandle));
            return {};
          });
        },
      },
      ChangeMessageVisibility: {
        needs: on("ChangeMessageVisibility"),
        run: (input) => changeVisibility(this.#queue(input), input),
      },
      ChangeMessageVisibilityBatch: {
        needs: on("ChangeMessageVisibility"),
        run: (input) => {
          const queue = this.#queue(input);
          return runBatch(input["Entries"], (entry) => {
            changeVisibility(queue, entry);
            return {};
          });
        },
      },
    };
  }

  #queueOperations(): Record<string, Operation> {
    const on = (action: string) => (input: Input) => [this.#need(action, input)];
    const named =
      (action: string) =>
      ({ QueueName }: Input) => [
        { action: `sqs:${action}`, resource: this.#arn(String(QueueName)) },
      ];
    const onSource =
      (action: string) =>
      ({ SourceArn }: Input) => [{ action: `sqs:${action}`, resource: String(SourceArn) }];
    return {
      CreateQueue: { needs: named("CreateQueue"), run: (input) => this.#create(input) },
      GetQueueUrl: {
        needs: named("GetQueueUrl"),
        run: ({ QueueName }) => ({ QueueUrl: this.#url(this.#existing(String(QueueName))) }),
      },
      ListQueues: {
        needs: () => [{ action: "sqs:ListQueues", resource: this.#arn("*") }],
        run: ({ QueueNamePrefix = "" }) => {
          const found = this.queues.filter(({ name }) => name.startsWith(String(QueueNamePrefix)));
          return found.length > 0 ? { QueueUrls: found.map((queue) => this.#url(queue)) } : {};
        },
      },
      GetQueueAttributes: {
        needs: on("GetQueueAttributes"),
        run: (input) => this.#attributes(input),
      },
      SetQueueAttributes: {
        needs: on("SetQueueAttributes"),
        run: (input) => this.#setAttributes(input),
      },
      PurgeQueue: { needs: on("PurgeQueue"), run: (input) => this.#purge(this.#queue(input)) },
      DeleteQueue: {
        needs: on("DeleteQueue"),
        run: (input) => {
          const queue = this.#queue(input);
          queue.purge();
          queue.stop();
          this.#queues.delete(queue.name);
        },
      },
      ListDeadLetterSourceQueues: {
        needs: on("ListDeadLetterSourceQueues"),
        run: (input) => {
          const sources = this.#sourcesOf(this.#queue(input));
          return { queueUrls: sources.map((queue) => this.#url(queue)) };
        },
      },
      ListQueueTags: { needs: on("ListQueueTags"), run: () => ({ Tags: {} }) },
      StartMessageMoveTask: {
        needs: onSource("StartMessageMoveTask"),
        run: (input) => this.#startMove(input),
      },
      ListMessageMoveTasks: {
        needs: onSource("ListMessageMoveTasks"),
        run: ({ SourceArn, MaxResults = 1 }) => ({
          Results: this.#moves.list(this.#byArn(String(SourceArn)), Number(MaxResults)),
        }),
      },
      CancelMessageMoveTask: {
        needs: () => [{ action: "sqs:CancelMessageMoveTask", resource: this.#arn("*") }],
        run: ({ TaskHandle }) => ({
          ApproximateNumberOfMessagesMoved: this.#moves.cancel(String(TaskHandle)),
        }),
      },
    };
  }

  #send(queue: Queue, input: Input, { caller }: CallContext): object {
    const { MessageBody, DelaySeconds, MessageAttributes: given, MessageSystemAttributes } = input;
    const attributes = (given ?? {}) as MessageAttributes;
    checkMessage(MessageBody, attributes, queue.settings.maximumMessageBytes);
    if (input["MessageDeduplicationId"] !== undefined) {
      throw invalidParameter(
        "The request includes a parameter that is not valid for this queue type.",
      );
    }
    const delay =
      DelaySeconds === undefined ? undefined : wholeNumber("DelaySeconds", DelaySeconds, 0, 900);
    const body = String(MessageBody);
    const system = (MessageSystemAttributes ?? {}) as MessageAttributes;
    const traceHeader = system["AWSTraceHeader"]?.StringValue;
    const id = this.#kernel.newId();
    queue.send(
      {
        id,
        body,
        attributes,
        senderId: caller.kind === "role" ? `AROA:${caller.sessionName}` : this.#kernel.account,
        sentAt: this.#kernel.clock.now(),
        receiveCount: 0,
        ...(traceHeader && { traceHeader }),
      },
      delay,
    );
    const md5 = md5OfAttributes(attributes);
    return {
      MessageId: id,
      MD5OfMessageBody: md5OfBody(body),
      ...(md5 && { MD5OfMessageAttributes: md5 }),
    };
  }

  async #receive(input: Input): Promise<object> {
    const queue = this.#queue(input);
    const { settings } = queue;
    const { MaxNumberOfMessages = 1, VisibilityTimeout, WaitTimeSeconds } = input;
    const received: Received[] = await queue.receive(
      wholeNumber("MaxNumberOfMessages", MaxNumberOfMessages, 1, 10),
      wholeNumber(
        "VisibilityTimeout",
        VisibilityTimeout ?? settings.visibilityTimeoutSeconds,
        0,
        43_200,
      ),
      wholeNumber("WaitTimeSeconds", WaitTimeSeconds ?? settings.waitSeconds, 0, 20),
    );
    const names = (key: string) => (input[key] ?? []) as string[];
    const wanted = {
      system: [...names("AttributeNames"), ...names("MessageSystemAttributeNames")],
      message: names("MessageAttributeNames"),
    };
    if (received.length === 0) return {};
    return { Messages: received.map((one) => describeReceived(one, wanted)) };
  }

  #create(input: Input): object {
    const name = String(input["QueueName"] ?? "");
    if (!/^[\w-]{1,80}$/.test(name)) {
      throw invalidParameter(
        "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length; FIFO queues are not supported by the local runtime.",
      );
    }
    const settings = withAttributes(
      DEFAULT_SETTINGS,
      (input["Attributes"] ?? {}) as Record<string, string>,
    );
    const known = this.#queues.get(name);
    if (known && JSON.stringify(known.settings) !== JSON.stringify(settings)) {
      throw new ServiceError(
        "QueueNameExists",
        "A queue already exists with the same name and a different value for some attribute",
        400,
        { queryCode: "QueueAlreadyExists" },
      );
    }
    this.#checkRedrive(settings);
    return { QueueUrl: this.#url(known ?? this.createQueue(name, settings)) };
  }

  #attributes(input: Input): object {
    const queue = this.#queue(input);
    const { visible, notVisible, delayed } = queue.counts();
    const seconds = String(Math.floor(queue.createdAt / 1000));
    const policy = this.#kernel.policies.resourcePolicy(queue.arn);
    const all: Record<string, string> = {
      QueueArn: queue.arn,
      ApproximateNumberOfMessages: String(visible),
      ApproximateNumberOfMessagesNotVisible: String(notVisible),
      ApproximateNumberOfMessagesDelayed: String(delayed),
      CreatedTimestamp: seconds,
      LastModifiedTimestamp: seconds,
      SqsManagedSseEnabled: "true",
      ...attributesOf(queue.settings),
      ...(policy && { Policy: JSON.stringify(policy) }),
    };
    const names = (input["AttributeNames"] ?? []) as string[];
    if (names.includes("All")) return { Attributes: all };
    const Attributes = Object.fromEntries(
      names.flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]]])),
    );
    return names.length > 0 ? { Attributes } : {};
  }

  #setAttributes(input: Input): void {
    const queue = this.#queue(input);
    const attributes = (input["Attributes"] ?? {}) as Record<string, string>;
    const settings = withAttributes(queue.settings, attributes);
    this.#checkRedrive(settings);
    queue.settings = settings;
    const { Policy } = attributes;
    if (Policy) this.#kernel.policies.putResourcePolicy(queue.arn, Policy);
  }

  #checkRedrive({ redrive }: QueueSettings): void {
    if (redrive && !this.queueByArn(redrive.deadLetterArn)) {
      throw invalidParameter(
        "Value for parameter RedrivePolicy is invalid. Reason: Dead letter target does not exist.",
      );
    }
  }

  #purge(queue: Queue): void {
    const now = this.#kernel.clock.now();
    if (now - (this.#purgedAt.get(queue.name) ?? -PURGE_PAUSE_MS) < PURGE_PAUSE_MS) {
      throw new ServiceError(
        "PurgeQueueInProgress",
        `Only one PurgeQueue operation on ${queue.name} is allowed every 60 seconds.`,
        403,
        { queryCode: "AWS.SimpleQueueService.PurgeQueueInProgress" },
      );
    }
    this.#purgedAt.set(queue.name, now);
    queue.purge();
  }

  #startMove({ SourceArn, DestinationArn, MaxNumberOfMessagesPerSecond: rate }: Input): object {
    const source = this.#byArn(String(SourceArn));
    if (this.#sourcesOf(source).length === 0) {
      throw invalidParameter("Source queue must be configured as a Dead Letter Queue.");
    }
    const destination = DestinationArn ? this.#byArn(String(DestinationArn)) : undefined;
    const perSecond =
      rate === undefined ? undefined : wholeNumber("MaxNumberOfMessagesPerSecond", rate, 1, 500);
    return { TaskHandle: this.#moves.start(source, destination, perSecond) };
  }

  /** Moves a message that was received too often; a queue that is gone leaves it where it is. */
  #bury(queue: Queue, message: Message): boolean {
    const deadLetterArn = queue.settings.redrive?.deadLetterArn ?? "";
    const target = this.queueByArn(deadLetterArn);
    if (!target) return false;
    this.#kernel.trace.emit({
      from: queue.arn,
      to: deadLetterArn,
      kind: "sqs:redrive",
      decision: "failed",
      detail: `message ${message.id} was received ${message.receiveCount} times and not deleted`,
    });
    target.put({ ...message, sourceArn: queue.arn });
    return true;
  }

  #sourcesOf(queue: Queue): Queue[] {
    return this.queues.filter(({ settings }) => settings.redrive?.deadLetterArn === queue.arn);
  }

  #queue({ QueueUrl }: Input): Queue {
    return this.#existing(nameIn(QueueUrl));
  }

  #existing(name: string): Queue {
    const queue = this.#queues.get(name);
    if (!queue) throw noQueue();
    return queue;
  }

  #byArn(arn: string): Queue {
    const queue = this.queueByArn(arn);
    if (queue) return queue;
    throw new ServiceError(
      "ResourceNotFoundException",
      `The resource that you specified doesn't exist: ${arn}`,
      404,
    );
  }

  #need(action: string, { QueueUrl }: Input): Need {
    return { action: `sqs:${action}`, resource: this.#arn(nameIn(QueueUrl)) };
  }

  #arn(name: string): string {
    const { region, account } = this.#kernel;
    return `arn:aws:sqs:${region}:${account}:${name}`;
  }

  #url({ name }: Queue): string {
    return `${this.#awsEndpoint}/${this.#kernel.account}/${name}`;
  }
}

/** A queue's name, from its URL; the host does not matter here. */
function nameIn(queueUrl: unknown): string {
  const url = String(queueUrl ?? "");
  return url.slice(url.lastIndexOf("/") + 1);
}

function changeVisibility(queue: Queue, { ReceiptHandle, VisibilityTimeout }: Input): void {
  const seconds = wholeNumber("VisibilityTimeout", VisibilityTimeout, 0, 43_200);
  queue.changeVisibility(String(ReceiptHandle), seconds);
}
