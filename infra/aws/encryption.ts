import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { accountId } from "./account.ts";
import type { Grant } from "./role.ts";

/** A key that encrypts what a stack stores and sends. */
export interface EncryptionKeyArgs {
  /** Keeps the key from deletion: without it, what it encrypted cannot be read again. */
  protect: boolean;
}

/** The services that use the key themselves, without a role of the stack. */
const SENDERS = [
  "budgets.amazonaws.com",
  "cloudwatch.amazonaws.com",
  "events.amazonaws.com",
  "sns.amazonaws.com",
];

const USE = ["kms:Decrypt", "kms:GenerateDataKey*"];

/**
 * A key of the stack's own. The account manages it by its IAM policies, each role uses it by its own policy, and the
 * services that send alarms and events use it for this account only.
 */
export function encryptionKey(
  name: string,
  { protect }: EncryptionKeyArgs,
  parent: pulumi.Resource,
): aws.kms.Key {
  const { partition } = aws.getPartitionOutput();
  const { region } = aws.getRegionOutput();
  const account = accountId();
  const ofThisAccount = { StringEquals: { "aws:SourceAccount": account } };
  return new aws.kms.Key(
    `${name}-key`,
    {
      description: `Encrypts the data of ${pulumi.getProject()} ${pulumi.getStack()}`,
      enableKeyRotation: true,
      deletionWindowInDays: 7,
      policy: pulumi.jsonStringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { AWS: pulumi.interpolate`arn:${partition}:iam::${account}:root` },
            Action: "kms:*",
            Resource: "*",
          },
          {
            Effect: "Allow",
            Principal: { Service: SENDERS },
            Action: USE,
            Resource: "*",
            Condition: ofThisAccount,
          },
          {
            Effect: "Allow",
            Principal: { Service: pulumi.interpolate`logs.${region}.amazonaws.com` },
            Action: [
              "kms:Decrypt",
              "kms:DescribeKey",
              "kms:Encrypt",
              "kms:GenerateDataKey*",
              "kms:ReEncrypt*",
            ],
            Resource: "*",
            Condition: {
              ArnLike: {
                "kms:EncryptionContext:aws:logs:arn": pulumi.interpolate`arn:${partition}:logs:${region}:${account}:log-group:*`,
              },
            },
          },
          {
            Effect: "Allow",
            // Delivers the logs of encrypted executions.
            Principal: { Service: "delivery.logs.amazonaws.com" },
            Action: "kms:Decrypt",
            Resource: "*",
            Condition: ofThisAccount,
          },
        ],
      }),
    },
    { parent, protect },
  );
}

/** What a role needs to use resources that the key encrypts; nothing where the stack has no key. */
export function keyGrants(key: aws.kms.Key | undefined): Grant[] {
  return key ? [{ actions: ["kms:Decrypt", "kms:GenerateDataKey"], resources: [key.arn] }] : [];
}
