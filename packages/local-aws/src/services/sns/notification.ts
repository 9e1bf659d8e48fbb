/** An attribute that a publisher gives a notification. */
export interface NotificationAttribute {
  DataType: string;
  StringValue?: string;
  /** Base64. */
  BinaryValue?: string;
}

/** One published message. */
export interface Notification {
  id: string;
  topicArn: string;
  subject?: string;
  /** The text for each protocol, and for all others. */
  textFor(protocol: string): string;
  attributes: Record<string, NotificationAttribute>;
  /** Its tenant, for fair queues. */
  groupId?: string;
  /** `X-Amzn-Trace-Id` of the publisher. */
  traceHeader?: string;
  /** ISO 8601. */
  time: string;
}

/** A subscription as notifications name it. */
export interface Addressee {
  subscriptionArn: string;
  /** Where certificates and unsubscriptions would be. */
  awsEndpoint: string;
}

const UNSIGNED = "local";

/** A notification as SQS, e-mail and HTTP subscribers get it. */
export function envelope(
  notification: Notification,
  protocol: string,
  addressee: Addressee,
): Record<string, unknown> {
  const { id, topicArn, subject, attributes, time } = notification;
  const MessageAttributes = attributeValues(attributes);
  return {
    Type: "Notification",
    MessageId: id,
    TopicArn: topicArn,
    ...(subject !== undefined && { Subject: subject }),
    Message: notification.textFor(protocol),
    Timestamp: time,
    SignatureVersion: "1",
    Signature: UNSIGNED,
    SigningCertURL: certificateUrl(addressee),
    UnsubscribeURL: unsubscribeUrl(addressee),
    ...(Object.keys(MessageAttributes).length > 0 && { MessageAttributes }),
  };
}

/** A notification as a function gets it: one record, whose URL names end in lower case. */
export function lambdaEvent(notification: Notification, addressee: Addressee): object {
  const { id, topicArn, subject, attributes, time } = notification;
  return {
    Records: [
      {
        EventSource: "aws:sns",
        EventVersion: "1.0",
        EventSubscriptionArn: addressee.subscriptionArn,
        Sns: {
          Type: "Notification",
          MessageId: id,
          TopicArn: topicArn,
          Subject: subject ?? null,
          Message: notification.textFor("lambda"),
          Timestamp: time,
          SignatureVersion: "1",
          Signature: UNSIGNED,
          SigningCertUrl: certificateUrl(addressee),
          UnsubscribeUrl: unsubscribeUrl(addressee),
          MessageAttributes: attributeValues(attributes),
        },
      },
    ],
  };
}

/** Nothing is served there: notifications are not signed here. */
function certificateUrl({ awsEndpoint }: Addressee): string {
  return `${awsEndpoint}/SimpleNotificationService-${UNSIGNED}.pem`;
}

function unsubscribeUrl({ awsEndpoint, subscriptionArn }: Addressee): string {
  return `${awsEndpoint}/?Action=Unsubscribe&SubscriptionArn=${subscriptionArn}`;
}

function attributeValues(attributes: Notification["attributes"]): Record<string, object> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      { Type: DataType, Value: StringValue ?? BinaryValue ?? "" },
    ]),
  );
}
