import { type BatchWords, entriesOf, runBatch } from "../../grammar/batch-entries.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { Mailbox } from "../../kernel/mailbox.ts";
import { parseJson } from "../../kernel/nesting.ts";
import { pageAt } from "../../kernel/page.ts";
import type { Caller, Need, Operation, Service } from "../../kernel/service.ts";
import { ServiceError } from "../../kernel/service-error.ts";
import { unattended } from "../../kernel/unattended.ts";
import type { Collection } from "../../store/collection.ts";
import { checkEncryptedUse } from "../kms/encrypted-use.ts";
import { snsMembers } from "./members.ts";
import { readAttributes } from "./message-attributes.ts";
import type { Notification, NotificationAttribute } from "./notification.ts";
import { Subscription, type SubscriptionSettings, type TopicStep } from "./subscription.ts";

type Input = Record<string, unknown>;

interface Topic {
  arn: string;
  displayName: string;
  /** ARN of the key that it is encrypted with, where it is. */
  keyArn: string | undefined;
  subscriptions: Subscription[];
}

/** A notification with its texts by protocol. */
type Published = Omit<Notification, "textFor"> & { texts: Record<string, string> };

const MAX_BYTES = 256 * 1024;
const MAX_SUBJECT = 100;
// Topics and subscriptions of one answer.
const PAGE = 100;
const BATCH_WORDS: BatchWords = {
  empty: "The batch request doesn't contain any entries.",
  repeated: () => "Two or more batch entries in the request have the same Id.",
};

/** SNS: standard topics. Deliveries run by themselves once a message is published. */
export class Sns implements Service {
  readonly name = "sns";
  readonly operations: Readonly<Record<string, Operation>>;
  readonly members = snsMembers;
  readonly #kernel: Kernel;
  readonly #mailbox: Mailbox;
  /** Deliveries that are under way, each with the ARN of its subscription. */
  readonly #kept: Collection<number, { subscription: string; published: Published }>;
  readonly #topics = new Map<string, Topic>();
  readonly #listeners = new Set<(topicArn: string, step: TopicStep) => void>();

  constructor(kernel: Kernel, mailbox: Mailbox) {
    this.#kernel = kernel;
    this.#mailbox = mailbox;
    this.#kept = kernel.store.collection("sns_deliveries", "number");
    const on = (action: string) => (input: Input) => onTopic(action, input);
    const all = (action: string) => () => [{ action: `sns:${action}`, resource: "*" }];
    this.operations = {
      Publish: { needs: on("Publish"), run: (input, { caller }) => this.#publish(input, caller) },
      PublishBatch: {
        needs: on("Publish"),
        run: (input, { caller }) => {
          const { arn: TopicArn } = this.#topic(input);
          return runBatch(entriesOf(input["PublishBatchRequestEntries"], BATCH_WORDS), (entry) =>
            this.#publish({ ...entry, TopicArn }, caller),
          );
        },
      },
      ListTopics: {
        needs: all("ListTopics"),
        run: (input) => {
          const { items, ...next } = pageOf([...this.#topics.keys()], input);
          return { Topics: items.map((TopicArn) => ({ TopicArn })), ...next };
        },
      },
      GetTopicAttributes: {
        needs: on("GetTopicAttributes"),
        run: (input) => this.#attributes(this.#topic(input)),
      },
      ListSubscriptions: {
        needs: all("ListSubscriptions"),
        run: (input) => this.#subscriptions([...this.#topics.values()], input),
      },
      ListSubscriptionsByTopic: {
        needs: on("ListSubscriptionsByTopic"),
        run: (input) => this.#subscriptions([this.#topic(input)], input),
      },
      GetSubscriptionAttributes: {
        needs: ({ SubscriptionArn }) => [
          { action: "sns:GetSubscriptionAttributes", resource: String(SubscriptionArn) },
        ],
        run: (input) => this.#subscriptionAttributes(input),
      },
    };
  }

  /** Makes a topic; with a key, whoever publishes must be allowed to use the key too. */
  createTopic(arn: string, displayName = "", keyArn?: string): void {
    this.#topics.set(arn, { arn, displayName, keyArn, subscriptions: [] });
  }

  /** Adds a subscriber. @throws ServiceError where SNS would refuse it. */
  subscribe(topicArn: string, arn: string, settings: SubscriptionSettings): void {
    const topic = this.#topic({ TopicArn: topicArn });
    topic.subscriptions.push(
      new Subscription(this.#kernel, this.#mailbox, { arn, topicArn }, settings, (step) =>
        this.#tell(topicArn, step),
      ),
    );
  }

  /** Calls back at every step of a topic's messages; the answer stops it. */
  onStep(listener: (topicArn: string, step: TopicStep) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Goes on with the deliveries that an earlier run left. */
  resume(): void {
    for (const [key, { subscription: arn, published }] of [...this.#kept.entries()]) {
      const { subscriptions = [] } = this.#topics.get(published.topicArn) ?? {};
      const subscription = subscriptions.find((one) => one.arn === arn);
      if (subscription) this.#deliver(subscription, published, key);
      else this.#kept.delete(key);
    }
  }

  #tell(topicArn: string, step: TopicStep): void {
    for (const listener of this.#listeners) listener(topicArn, step);
  }

  #publish(input: Input, caller: Caller): { MessageId: string } {
    const topic = this.#topic(input);
    if (topic.keyArn) {
      const context = { "aws:sns:topicArn": topic.arn };
      checkEncryptedUse(this.#kernel, caller, { keyArn: topic.keyArn, service: "sns", context });
    }
    const { Message, Subject, MessageStructure } = input;
    if (typeof Message !== "string" || Message === "") throw invalid("Empty message");
    const attributes = readAttributes(input["MessageAttributes"]);
    const bytes = checkSize(Message, attributes);
    checkSubject(Subject);
    const texts = MessageStructure === "json" ? textsByProtocol(Message) : { default: Message };
    const published: Published = {
      id: this.#kernel.newId(),
      topicArn: topic.arn,
      ...(typeof Subject === "string" && { subject: Subject }),
      texts,
      attributes,
      time: new Date(this.#kernel.clock.now()).toISOString(),
    };
    this.#tell(topic.arn, { kind: "published", bytes });
    for (const subscription of topic.subscriptions) {
      const key = this.#kept.nextNumber();
      this.#kept.put(key, { subscription: subscription.arn, published });
      this.#deliver(subscription, published, key);
    }
    return { MessageId: published.id };
  }

  #deliver(subscription: Subscription, published: Published, key: number): void {
    const { texts } = published;
    const textFor = (protocol: string) => texts[protocol] ?? texts["default"] ?? "";
    unattended(`delivery to ${subscription.arn}`, async () => {
      try {
        await subscription.deliver({ ...published, textFor });
      } finally {
        this.#kept.delete(key);
      }
    });
  }

  #attributes({ arn, displayName, keyArn, subscriptions }: Topic): Input {
    const policy = this.#kernel.policies.resourcePolicy(arn);
    return {
      Attributes: {
        TopicArn: arn,
        Owner: this.#kernel.account,
        DisplayName: displayName,
        SubscriptionsConfirmed: String(subscriptions.length),
        SubscriptionsPending: "0",
        SubscriptionsDeleted: "0",
        ...(keyArn && { KmsMasterKeyId: keyArn }),
        ...(policy && { Policy: JSON.stringify(policy) }),
      },
    };
  }

  #subscriptions(topics: Topic[], input: Input): Input {
    const found = topics.flatMap(({ subscriptions }) => subscriptions);
    const { items, ...next } = pageOf(found, input);
    return {
      ...next,
      Subscriptions: items.map(({ arn, topicArn, settings }) => ({
        SubscriptionArn: arn,
        Owner: this.#kernel.account,
        Protocol: settings.protocol,
        Endpoint: settings.endpoint,
        TopicArn: topicArn,
      })),
    };
  }

  #subscriptionAttributes({ SubscriptionArn }: Input): Input {
    const all = [...this.#topics.values()].flatMap(({ subscriptions }) => subscriptions);
    const found = all.find(({ arn }) => arn === SubscriptionArn);
    if (!found) throw new ServiceError("NotFound", "Subscription does not exist", 404);
    const { protocol, endpoint, rawDelivery, filterPolicy, filterScope, deadLetterArn } =
      found.settings;
    return {
      Attributes: {
        SubscriptionArn: found.arn,
        TopicArn: found.topicArn,
        Owner: this.#kernel.account,
        Protocol: protocol,
        Endpoint: endpoint,
        RawMessageDelivery: String(rawDelivery),
        PendingConfirmation: "false",
        ...(filterPolicy && { FilterPolicy: filterPolicy, FilterPolicyScope: filterScope }),
        ...(deadLetterArn && {
          RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetterArn }),
        }),
      },
    };
  }

  #topic({ TopicArn, TargetArn }: Input): Topic {
    const topic = this.#topics.get(String(TopicArn ?? TargetArn ?? ""));
    if (!topic) throw new ServiceError("NotFound", "Topic does not exist", 404);
    return topic;
  }
}

function onTopic(action: string, { TopicArn, TargetArn }: Input): Need[] {
  return [{ action: `sns:${action}`, resource: String(TopicArn ?? TargetArn ?? "") }];
}

function pageOf<Item>(all: readonly Item[], { NextToken }: Input) {
  const page = pageAt(all, NextToken, PAGE);
  if (!page) throw invalid("NextToken");
  return { items: page.items, ...(page.next && { NextToken: page.next }) };
}

function textsByProtocol(message: string): Record<string, string> {
  let texts: Record<string, string>;
  try {
    texts = parseJson(message);
  } catch {
    throw invalid("Message Structure - JSON message body failed to parse");
  }
  if (typeof texts["default"] !== "string") {
    throw invalid("Message Structure - No default entry in JSON message body");
  }
  return texts;
}

function checkSubject(subject: unknown): void {
  if (subject === undefined) return;
  const fits = typeof subject === "string" && /^[\x21-\x7e][\x20-\x7e]*$/.test(subject);
  if (!fits || subject.length > MAX_SUBJECT) throw invalid("Subject");
}

/** Answers the size in bytes. */
function checkSize(message: string, attributes: Record<string, NotificationAttribute>): number {
  let bytes = Buffer.byteLength(message);
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(attributes)) {
    bytes += Buffer.byteLength(name + DataType + (StringValue ?? BinaryValue ?? ""));
  }
  if (bytes > MAX_BYTES) throw invalid("Message too long");
  return bytes;
}

function invalid(what: string): ServiceError {
  return new ServiceError("InvalidParameter", `Invalid parameter: ${what}`);
}
