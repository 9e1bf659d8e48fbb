import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { accountId } from "../aws/account.ts";
import { topic } from "../aws/topic.ts";

const CLOUDWATCH = "cloudwatch.amazonaws.com";

/** Where alarms are told. CloudWatch may publish to it, and use the key that it is encrypted with. */
export function alertTopic(
  name: string,
  email: string | undefined,
  parent: pulumi.Resource,
): aws.sns.Topic {
  const { partition } = aws.getPartitionOutput();
  const ofThisAccount = { StringEquals: { "aws:SourceAccount": accountId() } };
  // The key that AWS manages for SNS has a policy that keeps CloudWatch out, and alarms would fail without a word.
  const key = new aws.kms.Key(
    `${name}-key`,
    {
      description: "Encrypts alerts on their way",
      enableKeyRotation: true,
      deletionWindowInDays: 7,
      policy: pulumi.jsonStringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { AWS: pulumi.interpolate`arn:${partition}:iam::${accountId()}:root` },
            Action: "kms:*",
            Resource: "*",
          },
          {
            Effect: "Allow",
            Principal: { Service: CLOUDWATCH },
            Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
            Resource: "*",
            Condition: ofThisAccount,
          },
        ],
      }),
    },
    { parent },
  );
  const alerts = topic(name, { displayName: "Alerts", kmsMasterKeyId: key.arn }, parent, [
    { service: CLOUDWATCH, condition: ofThisAccount },
  ]);
  if (email) {
    new aws.sns.TopicSubscription(
      `${name}-email`,
      {
        topic: alerts.arn,
        protocol: "email",
        endpoint: email,
        // A new alarm turns OK as soon as it has seen something: that is no news.
        filterPolicyScope: "MessageBody",
        filterPolicy: JSON.stringify({
          $or: [{ NewStateValue: ["ALARM"] }, { OldStateValue: ["ALARM"] }],
        }),
      },
      { parent },
    );
  }
  return alerts;
}
