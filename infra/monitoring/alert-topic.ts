import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { accountId } from "../aws/account.ts";
import type { Component } from "../aws/component.ts";
import { encryptionKey } from "../aws/encryption.ts";
import { deadLetterQueue } from "../aws/queue.ts";
import { topic } from "../aws/topic.ts";

/** The topic that alarms and budgets notify, and the address that they notify. */
export function alertTopic(
  name: string,
  { email }: { email: pulumi.Input<string> | undefined },
  parent: Component,
): aws.sns.Topic {
  const condition = { StringEquals: { "aws:SourceAccount": accountId() } };
  // CloudWatch may not use the AWS managed key for SNS: alarms would fail silently.
  const key = parent.foundation.key ?? encryptionKey(name, { protect: false }, parent);
  const alerts = topic(
    name,
    {
      displayName: "Alerts",
      kmsMasterKeyId: key.arn,
      publishers: [
        { service: "cloudwatch.amazonaws.com", condition },
        { service: "budgets.amazonaws.com", condition },
      ],
    },
    parent,
  );
  if (email) {
    const senders = [{ service: "sns.amazonaws.com" as const, sourceArns: [alerts.arn] }];
    const deadLetters = deadLetterQueue(name, { senders }, parent);
    new aws.sns.TopicSubscription(
      `${name}-email`,
      {
        topic: alerts.arn,
        protocol: "email",
        endpoint: email,
        // A new alarm goes from INSUFFICIENT_DATA to OK: that notifies nobody. Budgets send no state.
        filterPolicyScope: "MessageBody",
        filterPolicy: JSON.stringify({
          $or: [
            { NewStateValue: ["ALARM"] },
            { OldStateValue: ["ALARM"] },
            { NewStateValue: [{ exists: false }] },
          ],
        }),
        redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: deadLetters.arn }),
      },
      { parent },
    );
  }
  return alerts;
}
