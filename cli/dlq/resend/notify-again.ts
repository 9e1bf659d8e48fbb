import {
  GetSubscriptionAttributesCommand,
  paginateListSubscriptionsByTopic,
  type SNSClient,
} from "@aws-sdk/client-sns";
import type { Clients } from "../clients.ts";
import type { DeadLetterQueue } from "../dead-letter-queues.ts";
import type { NotificationEnvelope } from "../diagnosis.ts";
import { parsed } from "../find-text.ts";
import { invoke } from "./invoke.ts";
import { failed, left, type Outcome, REDRIVEN } from "./outcome.ts";

interface Subscriber {
  subscriptionArn: string;
  functionArn: string;
}

/** Delivers a notification to the one function whose subscription has this dead-letter queue; the others got theirs. */
export async function notifyAgain(
  { sns, lambda }: Pick<Clients, "sns" | "lambda">,
  queue: DeadLetterQueue,
  envelope: NotificationEnvelope,
): Promise<Outcome> {
  const subscribers = await functionsBehind(sns, envelope.TopicArn, queue.arn);
  const [subscriber] = subscribers;
  if (!subscriber || subscribers.length > 1) {
    return left(
      `${subscribers.length} functions are subscribed to ${envelope.TopicArn} with this dead-letter queue, and the message does not name one`,
    );
  }
  const event = JSON.stringify(snsEvent(envelope, subscriber.subscriptionArn));
  const { error } = await invoke(lambda, subscriber.functionArn, event);
  return error === undefined ? REDRIVEN : failed(error);
}

async function functionsBehind(
  sns: SNSClient,
  TopicArn: string,
  queueArn: string,
): Promise<Subscriber[]> {
  const found: Subscriber[] = [];
  for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic(
    { client: sns },
    { TopicArn },
  )) {
    for (const { SubscriptionArn = "", Protocol, Endpoint = "" } of Subscriptions) {
      // A subscription that waits for its confirmation has no ARN yet.
      if (Protocol !== "lambda" || !SubscriptionArn.startsWith("arn:")) continue;
      const { Attributes } = await sns.send(
        new GetSubscriptionAttributesCommand({ SubscriptionArn }),
      );
      const { deadLetterTargetArn } = Object(parsed(Attributes?.["RedrivePolicy"] ?? "{}"));
      if (deadLetterTargetArn !== queueArn) continue;
      found.push({ subscriptionArn: SubscriptionArn, functionArn: Endpoint });
    }
  }
  return found;
}

/** The event that SNS gives a function; the names of its URLs end in lower case. */
function snsEvent(envelope: NotificationEnvelope, subscriptionArn: string): object {
  const { SigningCertURL, UnsubscribeURL, ...rest } = envelope;
  return {
    Records: [
      {
        EventSource: "aws:sns",
        EventVersion: "1.0",
        EventSubscriptionArn: subscriptionArn,
        Sns: {
          Subject: null,
          MessageAttributes: {},
          ...rest,
          SigningCertUrl: SigningCertURL,
          UnsubscribeUrl: UnsubscribeURL,
        },
      },
    ],
  };
}
