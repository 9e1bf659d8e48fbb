import { runBatch } from "../../grammar/batch-entries.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { Mailbox } from "../../kernel/mailbox.ts";
import { pageAt } from "../../kernel/page.ts";
import type { CallContext, Need, Operation, Service } from "../../kernel/service.ts";
import { ServiceError } from "../../kernel/service-error.ts";
import { unattended } from "../../kernel/unattended.ts";
import type { Collection } from "../../store/collection.ts";
import { checkEncryptedUse } from "../kms/encrypted-use.ts";
import { snsMembers } from "./members.ts";
import { type Published, readBatch, readPublished } from "./publish.ts";
import { checkArn, invalidParameter } from "./sns-error.ts";
import { Subscription, type SubscriptionSettings, type TopicStep } from "./subscription.ts";
import { defaultTopicPolicy, EFFECTIVE_DELIVERY_POLICY, type Topic } from "./topic.ts";

type Input = Record<string, unknown>;

// Topics and subscriptions of one page.
const PAGE = 100;
/** Where certificates and unsubscriptions would be. */
export interface SnsOptions {
  /** The AWS-shaped endpoint. */
  awsEndpoint?: string;
}

/** SNS: standard topics. Deliveries run by themselves once a message is published. */
export class Sns implements Service {
  readonly name = "sns";
  readonly operations: Readonly<Record<string, Operation>>;
  readonly members = snsMembers;
  readonly #kernel: Kernel;
  readonly #mailbox: Mailbox;
  /** Deliveries that are in progress, each with the ARN of its subscription. */
  readonly #kept: Collection<number, { subscription: string; published: Published }>;
  readonly #awsEndpoint: string;
  readonly #topics = new Map<string, Topic>();
  readonly #listeners = new Set<(topicArn: string, step: TopicStep) => void>();

  constructor(kernel: Kernel, mailbox: Mailbox, options: SnsOptions = {}) {
    this.#kernel = kernel;
    this.#mailbox = mailbox;
    this.#kept = kernel.store.collection("sns_deliveries", "number");
    this.#awsEndpoint = options.awsEndpoint ?? "http://127.0.0.1:4566";
    const on = (action: string) => (input: Input) => onTopic(action, input);
    const all = (action: string) => () => [{ action: `sns:${action}`, resource: "*" }];
    this.operations = {
      Publish: { needs: on("Publish"), run: (input, context) => this.#publish(input, context) },
      PublishBatch: {
        needs: on("Publish"),
        run: (input, context) => {
          const { arn: TopicArn } = this.#topic(input);
          const entries = readBatch(input["PublishBatchRequestEntries"]);
          const publish = (entry: Input) => this.#publish({ ...entry, TopicArn }, context);
          return { Failed: [], ...runBatch(entries, publish) };
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

  /** Creates a topic; with a key, publishers need permission to use the key, too. */
  createTopic(arn: string, displayName = "", keyArn?: string): void {
    this.#topics.set(arn, { arn, displayName, keyArn, subscriptions: [] });
    const { policies, account } = this.#kernel;
    policies.putResourcePolicy(arn, defaultTopicPolicy(arn, account));
  }

  /** Adds a subscriber. @throws ServiceError where SNS would refuse it. */
  subscribe(topicArn: string, arn: string, settings: SubscriptionSettings): void {
    const topic = this.#topic({ TopicArn: topicArn });
    topic.subscriptions.push(
      new Subscription(
        { kernel: this.#kernel, mailbox: this.#mailbox, awsEndpoint: this.#awsEndpoint },
        { arn, topicArn },
        settings,
        (step) => this.#tell(topicArn, step),
      ),
    );
  }

  /** Calls back at every step of a topic's messages; returns a function that stops it. */
  onStep(listener: (topicArn: string, step: TopicStep) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resumes the deliveries that an earlier run left. */
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

  #publish(input: Input, context: CallContext): { MessageId: string } {
    const topic = this.#topic(input);
    if (topic.keyArn) {
      const encrypted = { "aws:sns:topicArn": topic.arn };
      checkEncryptedUse(this.#kernel, context.caller, {
        keyArn: topic.keyArn,
        service: "sns",
        context: encrypted,
      });
    }
    const at = { kernel: this.#kernel, topicArn: topic.arn };
    const { published, bytes } = readPublished(input, at);
    if (context.traceHeader) published.traceHeader = context.traceHeader;
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
        EffectiveDeliveryPolicy: EFFECTIVE_DELIVERY_POLICY,
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
        ConfirmationWasAuthenticated: "true",
        SubscriptionPrincipal: `arn:aws:iam::${this.#kernel.account}:user/deployer`,
        ...(filterPolicy && { FilterPolicy: filterPolicy, FilterPolicyScope: filterScope }),
        ...(deadLetterArn && {
          RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetterArn }),
        }),
      },
    };
  }

  #topic({ TopicArn, TargetArn }: Input): Topic {
    const [parameter, arn] =
      TopicArn === undefined ? ["TargetArn", TargetArn] : ["TopicArn", TopicArn];
    if (typeof arn !== "string") {
      throw invalidParameter("TopicArn or TargetArn Reason: no value for required parameter");
    }
    const topic = this.#topics.get(arn);
    if (topic) return topic;
    checkArn(parameter, arn);
    if (arn.includes(":endpoint/")) {
      throw invalidParameter(`${parameter} Reason: No endpoint found for the target arn specified`);
    }
    throw new ServiceError("NotFound", "Topic does not exist", 404);
  }
}

function onTopic(action: string, { TopicArn, TargetArn }: Input): Need[] {
  return [{ action: `sns:${action}`, resource: String(TopicArn ?? TargetArn ?? "") }];
}

function pageOf<Item>(all: readonly Item[], { NextToken }: Input) {
  const page = pageAt(all, NextToken, PAGE);
  if (!page) throw invalidParameter("NextToken");
  return { items: page.items, ...(page.next && { NextToken: page.next }) };
}
