import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { accountId } from "../aws/account.ts";
import { topic } from "../aws/topic.ts";

const CLOUDWATCH = "cloudwatch.amazonaws.com";

/** The topic that alarms notify. CloudWatch may publish to it, and use the key that encrypts it. */
export function alertTopic(
  name: string,
  { email }: { email: string | undefined },
  parent: pulumi.Resource,
): aws.sns.Topic {
  const { partition } = aws.getPartitionOutput();
  const ofThisAccount = { StringEquals: { "aws:SourceAccount": accountId() } };
  // CloudWatch may not use the AWS managed key for SNS: alarms would fail silently.
  const key = new aws.kms.Key(
    `${name}-key`,
    {
      description: "Encrypts alerts",
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
  const alerts = topic(
    name,
    {
      displayName: "Alerts",
      kmsMasterKeyId: key.arn,
      publishers: [{ service: CLOUDWATCH, condition: ofThisAccount }],
    },
    parent,
  );
  if (email) {
    new aws.sns.TopicSubscription(
      `${name}-email`,
      {
        topic: alerts.arn,
        protocol: "email",
        endpoint: email,
        // A new alarm goes from INSUFFICIENT_DATA to OK: nobody needs to know.
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
