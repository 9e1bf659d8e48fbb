import { MalformedPolicyError } from "../../kernel/iam/policy-document.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { pageAt } from "../../kernel/page.ts";
import type { Operation } from "../../kernel/service.ts";
import { ServiceError } from "../../kernel/service-error.ts";
import { MoveTasks } from "./move-tasks.ts";
import type { Queue } from "./queue.ts";
import { checkSameAttributes, pickAttributes } from "./queue-attributes.ts";
import type { QueueRegistry } from "./queue-registry.ts";
import {
  attributesOf,
  DEFAULT_SETTINGS,
  type QueueSettings,
  wholeNumber,
  withAttributes,
} from "./queue-settings.ts";
import { invalidParameter, noQueue } from "./sqs-error.ts";

type Input = Record<string, unknown>;

const PURGE_PAUSE_MS = 60_000;

// Queues on one page.
const MAX_PAGE = 1000;

/** The operations on queues as a whole. */
export class QueueOperations {
  readonly #kernel: Kernel;
  readonly #queues: QueueRegistry;
  readonly #moves: MoveTasks;
  readonly #tags = new WeakMap<Queue, Record<string, string>>();
  readonly #modifiedAt = new WeakMap<Queue, number>();
  readonly #purgedAt = new Map<string, number>();

  constructor(kernel: Kernel, queues: QueueRegistry) {
    this.#kernel = kernel;
    this.#queues = queues;
    this.#moves = new MoveTasks(kernel, (arn) => queues.findByArn(arn));
  }

  /** Resumes what was in progress in an earlier run, once all queues exist. */
  resume(): void {
    this.#moves.resume();
  }

  all(): Record<string, Operation> {
    const on = (action: string) => this.#queues.need(action);
    const named =
      (action: string) =>
      ({ QueueName }: Input) => [
        { action: `sqs:${action}`, resource: this.#queues.arnOf(String(QueueName)) },
      ];
    const onSource =
      (action: string) =>
      ({ SourceArn }: Input) => [{ action: `sqs:${action}`, resource: String(SourceArn) }];
    return {
      CreateQueue: { needs: named("CreateQueue"), run: (input) => this.#create(input) },
      GetQueueUrl: {
        needs: named("GetQueueUrl"),
        run: ({ QueueName, QueueOwnerAWSAccountId: owner = this.#kernel.account }) => {
          if (owner !== this.#kernel.account) throw noQueue();
          return { QueueUrl: this.#queues.urlOf(this.#queues.named(String(QueueName))) };
        },
      },
      ListQueues: {
        needs: () => [{ action: "sqs:ListQueues", resource: this.#queues.arnOf("*") }],
        run: (input) => {
          const { QueueNamePrefix = "" } = input;
          const found = this.#queues.all.filter(({ name }) =>
            name.startsWith(String(QueueNamePrefix)),
          );
          const { urls, ...next } = this.#page(found, input);
          return urls.length > 0 ? { QueueUrls: urls, ...next } : {};
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
      PurgeQueue: { needs: on("PurgeQueue"), run: (input) => this.#purge(this.#queues.at(input)) },
      DeleteQueue: {
        needs: on("DeleteQueue"),
        run: (input) => this.#queues.remove(this.#queues.at(input)),
      },
      ListDeadLetterSourceQueues: {
        needs: on("ListDeadLetterSourceQueues"),
        run: (input) => {
          const sources = this.#queues.sourcesOf(this.#queues.at(input));
          const { urls: queueUrls, ...next } = this.#page(sources, input);
          return { queueUrls, ...next };
        },
      },
      ListQueueTags: { needs: on("ListQueueTags"), run: (input) => this.#tagsOf(input) },
      StartMessageMoveTask: {
        needs: onSource("StartMessageMoveTask"),
        run: (input) => this.#startMove(input),
      },
      ListMessageMoveTasks: {
        needs: onSource("ListMessageMoveTasks"),
        run: ({ SourceArn, MaxResults = 1 }) => ({
          Results: this.#moves.list(
            this.#queues.byArn("SourceArn", SourceArn),
            wholeNumber("MaxResults", MaxResults, 1, 10),
          ),
        }),
      },
      CancelMessageMoveTask: {
        needs: () => [{ action: "sqs:CancelMessageMoveTask", resource: this.#queues.arnOf("*") }],
        run: ({ TaskHandle }) => ({
          ApproximateNumberOfMessagesMoved: this.#moves.cancel(String(TaskHandle)),
        }),
      },
    };
  }

  #create(input: Input): object {
    const name = String(input["QueueName"] ?? "");
    if (!/^[\w-]{1,80}$/.test(name)) {
      throw invalidParameter(
        "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length; FIFO queues are not supported by the local runtime.",
      );
    }
    const attributes = (input["Attributes"] ?? {}) as Record<string, string>;
    if (attributes["FifoQueue"] === "true") {
      throw invalidParameter("FIFO queues are not supported by the local runtime");
    }
    const settings = withAttributes(DEFAULT_SETTINGS, attributes);
    const known = this.#queues.find(name);
    if (known) {
      checkSameAttributes(known.settings, this.#described(known), attributes);
      return { QueueUrl: this.#queues.urlOf(known) };
    }
    this.#checkRedrive(settings, attributes);
    const queue = this.#queues.create(name, settings);
    this.#queues.keep(queue);
    this.#putPolicy(queue, attributes);
    this.#tags.set(queue, (input["tags"] ?? {}) as Record<string, string>);
    return { QueueUrl: this.#queues.urlOf(queue) };
  }

  /** One page of queues by their URLs; without `MaxResults` it is the whole list, up to AWS's 1,000. */
  #page(queues: readonly Queue[], { MaxResults = MAX_PAGE, NextToken }: Input) {
    const size = wholeNumber("MaxResults", MaxResults, 1, MAX_PAGE);
    const page = pageAt(queues, NextToken, size);
    if (!page) throw invalidParameter("Invalid or expired next token.");
    const urls = page.items.map((queue) => this.#queues.urlOf(queue));
    return { urls, ...(page.next && { NextToken: page.next }) };
  }

  #tagsOf(input: Input): object {
    return { Tags: this.#tags.get(this.#queues.at(input)) ?? {} };
  }

  #attributes(input: Input): object {
    const Attributes = pickAttributes(
      this.#described(this.#queues.at(input)),
      (input["AttributeNames"] ?? []) as string[],
    );
    return Object.keys(Attributes).length > 0 ? { Attributes } : {};
  }

  #described(queue: Queue): Record<string, string> {
    const { visible, notVisible, delayed } = queue.counts();
    const { createdAt } = queue;
    const policy = this.#kernel.policies.resourcePolicy(queue.arn);
    return {
      QueueArn: queue.arn,
      ApproximateNumberOfMessages: String(visible),
      ApproximateNumberOfMessagesNotVisible: String(notVisible),
      ApproximateNumberOfMessagesDelayed: String(delayed),
      CreatedTimestamp: inSeconds(createdAt),
      LastModifiedTimestamp: inSeconds(this.#modifiedAt.get(queue) ?? createdAt),
      ...attributesOf(queue.settings),
      ...(policy && { Policy: JSON.stringify(policy) }),
    };
  }

  #setAttributes(input: Input): void {
    const queue = this.#queues.at(input);
    const attributes = (input["Attributes"] ?? {}) as Record<string, string>;
    const settings = withAttributes(queue.settings, attributes);
    this.#checkRedrive(settings, attributes);
    this.#putPolicy(queue, attributes);
    queue.settings = settings;
    this.#modifiedAt.set(queue, this.#kernel.clock.now());
  }

  #putPolicy(queue: Queue, { Policy }: Record<string, string>): void {
    if (Policy === "") this.#kernel.policies.removeResourcePolicy(queue.arn);
    if (!Policy) return;
    try {
      this.#kernel.policies.putResourcePolicy(queue.arn, Policy);
    } catch (error) {
      if (!(error instanceof MalformedPolicyError)) throw error;
      throw new ServiceError(
        "InvalidAttributeValue",
        `Invalid value for the parameter Policy. Reason: ${error.message}`,
      );
    }
  }

  #checkRedrive({ redrive }: QueueSettings, { RedrivePolicy }: Record<string, string>): void {
    if (!RedrivePolicy || !redrive || this.#queues.findByArn(redrive.deadLetterArn)) return;
    throw invalidParameter(
      `Value ${RedrivePolicy} for parameter RedrivePolicy is invalid. Reason: Dead letter target does not exist.`,
    );
  }

  #purge(queue: Queue): void {
    const now = this.#kernel.clock.now();
    if (now - (this.#purgedAt.get(queue.name) ?? -PURGE_PAUSE_MS) < PURGE_PAUSE_MS) {
      throw new ServiceError(
        "PurgeQueueInProgress",
        `Only one PurgeQueue operation on ${queue.name} is allowed every 60 seconds.`,
        403,
      );
    }
    this.#purgedAt.set(queue.name, now);
    queue.purge();
  }

  #startMove({ SourceArn, DestinationArn, MaxNumberOfMessagesPerSecond: rate }: Input): object {
    const source = this.#queues.byArn("SourceArn", SourceArn);
    if (this.#queues.sourcesOf(source).length === 0) {
      throw invalidParameter("Source queue must be configured as a Dead Letter Queue.");
    }
    const destination = DestinationArn
      ? this.#queues.byArn("DestinationArn", DestinationArn)
      : undefined;
    const perSecond =
      rate === undefined ? undefined : wholeNumber("MaxNumberOfMessagesPerSecond", rate, 1, 500);
    return { TaskHandle: this.#moves.start(source, destination, perSecond) };
  }
}

function inSeconds(milliseconds: number): string {
  return String(Math.floor(milliseconds / 1000));
}
