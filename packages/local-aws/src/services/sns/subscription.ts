import { queueUrl } from "../../grammar/queue-url.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { Mailbox } from "../../kernel/mailbox.ts";
import type { Caller } from "../../kernel/service.ts";
import { ServiceError } from "../../kernel/service-error.ts";
import { handOverWaitMs, tryAgain } from "../../kernel/try-again.ts";
import { deliveryWaitMs } from "./delivery-policy.ts";
import { checkEndpoint } from "./endpoint.ts";
import { type FilterScope, parseFilterPolicy } from "./filter.ts";
import { type Addressee, envelope, lambdaEvent, type Notification } from "./notification.ts";

/** The settings of a subscription. */
export interface SubscriptionSettings {
  protocol: string;
  endpoint: string;
  rawDelivery: boolean;
  filterPolicy?: string;
  filterScope: FilterScope;
  /** Queue for what cannot be delivered. */
  deadLetterArn?: string;
}

/** What became of a message or of a notification, for metrics. */
export type TopicStep =
  | { kind: "published"; bytes: number }
  | { kind: "delivered" | "filtered-out" | "failed" | "dead-lettered" | "dead-letter-lost" };

/** What subscriptions are built from. */
interface Surroundings {
  kernel: Kernel;
  mailbox: Mailbox;
  awsEndpoint: string;
}

const MAX_SQS_ATTRIBUTES = 10;

/** One subscriber of a topic. */
export class Subscription {
  readonly arn: string;
  readonly topicArn: string;
  readonly settings: SubscriptionSettings;
  readonly #kernel: Kernel;
  readonly #mailbox: Mailbox;
  readonly #addressee: Addressee;
  readonly #tell: (step: TopicStep) => void;
  readonly #passes: (notification: Notification, protocol: string) => boolean;

  /** @throws ServiceError InvalidParameter where SNS would refuse it, or this runtime does. */
  constructor(
    { kernel, mailbox, awsEndpoint }: Surroundings,
    identity: { arn: string; topicArn: string },
    settings: SubscriptionSettings,
    tell: (step: TopicStep) => void,
  ) {
    checkEndpoint(settings.protocol, settings.endpoint);
    this.#kernel = kernel;
    this.#mailbox = mailbox;
    this.#addressee = { subscriptionArn: identity.arn, awsEndpoint };
    this.arn = identity.arn;
    this.topicArn = identity.topicArn;
    this.settings = settings;
    this.#tell = tell;
    this.#passes = settings.filterPolicy
      ? parseFilterPolicy(settings.filterPolicy, settings.filterScope)
      : () => true;
  }

  /**
   * Delivers a notification unless the filter keeps it back, and tries again where the subscriber is busy; what cannot be
   * delivered goes to the dead letters.
   */
  async deliver(notification: Notification): Promise<void> {
    try {
      if (!this.#passes(notification, this.settings.protocol)) {
        this.#tell({ kind: "filtered-out" });
        return;
      }
      await tryAgain(this.#kernel.clock, () => this.#send(notification), deliveryWaitMs);
      this.#tell({ kind: "delivered" });
    } catch (error) {
      this.#tell({ kind: "failed" });
      await this.#giveUp(notification, asServiceError(error));
      // An error of the runtime's own is a bug, and must be seen.
      if (!(error instanceof ServiceError)) throw error;
    }
  }

  get #caller(): Caller {
    return { kind: "service", principal: "sns.amazonaws.com", sourceArn: this.topicArn };
  }

  async #send(notification: Notification): Promise<void> {
    const { protocol, endpoint } = this.settings;
    const { dispatcher } = this.#kernel;
    if (protocol === "sqs") {
      await this.#sendToQueue(endpoint, notification, this.settings.rawDelivery);
    } else if (protocol === "lambda") {
      const Payload = JSON.stringify(lambdaEvent(notification, this.#addressee));
      const input = { FunctionName: endpoint, InvocationType: "Event", Payload };
      const { traceHeader } = notification;
      await dispatcher.call("lambda", "Invoke", input, this.#caller, undefined, { traceHeader });
    } else {
      const body =
        protocol === "email-json"
          ? JSON.stringify(envelope(notification, protocol, this.#addressee))
          : notification.textFor(protocol);
      this.#mailbox.deliver({
        kind: protocol === "sms" ? "sms" : "email",
        to: endpoint,
        subject: notification.subject ?? "AWS Notification Message",
        body,
        topic: this.topicArn,
        time: notification.time,
      });
    }
  }

  async #sendToQueue(queueArn: string, notification: Notification, raw: boolean): Promise<void> {
    const { attributes } = notification;
    if (raw && Object.keys(attributes).length > MAX_SQS_ATTRIBUTES) {
      throw new ServiceError("InvalidParameter", "raw delivery carries at most 10 attributes");
    }
    const { groupId, traceHeader } = notification;
    const { protocol } = this.settings;
    const message = {
      QueueUrl: queueUrl(queueArn),
      MessageBody: raw
        ? notification.textFor(protocol)
        : JSON.stringify(envelope(notification, protocol, this.#addressee)),
      ...(raw && { MessageAttributes: attributes }),
      ...(groupId && { MessageGroupId: groupId }),
    };
    const { dispatcher } = this.#kernel;
    await dispatcher.call("sqs", "SendMessage", message, this.#caller, undefined, { traceHeader });
  }

  async #giveUp(notification: Notification, error: ServiceError): Promise<void> {
    const { deadLetterArn, endpoint } = this.settings;
    const lost = (detail: string) =>
      this.#kernel.trace.emit({
        from: this.topicArn,
        to: endpoint,
        kind: "sns:deliver",
        decision: "failed",
        detail,
      });
    if (!deadLetterArn) return lost(`the notification is dropped: ${error.message}`);
    lost(`the notification goes to ${deadLetterArn}: ${error.message}`);
    try {
      // It is what the subscriber would have got.
      const send = () => this.#sendToQueue(deadLetterArn, notification, this.settings.rawDelivery);
      await tryAgain(this.#kernel.clock, send, handOverWaitMs);
      this.#tell({ kind: "dead-lettered" });
    } catch (failure) {
      this.#tell({ kind: "dead-letter-lost" });
      lost(`the notification is dropped: ${(failure as Error).message}`);
    }
  }
}

function asServiceError(error: unknown): ServiceError {
  return error instanceof ServiceError
    ? error
    : new ServiceError("InternalError", (error as Error).message, 500);
}
