import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { accountId } from "./account.ts";
import { serviceRole } from "./role.ts";

/** What a backup plan depends on. */
export interface BackupPlanArgs {
  /** Encrypts the backups; AWS's own key does where there is none. */
  key: aws.kms.Key | undefined;
  /** Keeps the vault from deletion. */
  protect: boolean;
}

/** A plan that backs tables up every day, and the role with which AWS Backup does so. */
export interface BackupPlan {
  plan: aws.backup.Plan;
  roleArn: pulumi.Output<string>;
}

const KEPT_DAYS = 35;

/** Daily backups in a vault of the stack's own. */
export function backupPlan(
  name: string,
  { key, protect }: BackupPlanArgs,
  parent: pulumi.Resource,
): BackupPlan {
  const { partition } = aws.getPartitionOutput();
  const { region } = aws.getRegionOutput();
  const tables = pulumi.interpolate`arn:${partition}:dynamodb:${region}:${accountId()}:table/*`;
  const role = serviceRole(
    `${name}-backup`,
    {
      service: "backup.amazonaws.com",
      grants: [
        {
          actions: [
            "dynamodb:CreateBackup",
            "dynamodb:DescribeTable",
            "dynamodb:ListTagsOfResource",
            "dynamodb:StartAwsBackupJob",
          ],
          resources: [tables],
        },
        {
          actions: ["dynamodb:DeleteBackup", "dynamodb:DescribeBackup"],
          resources: [pulumi.interpolate`${tables}/backup/*`],
        },
      ],
    },
    parent,
  );
  const vault = new aws.backup.Vault(
    `${name}-vault`,
    { ...(key && { kmsKeyArn: key.arn }) },
    { parent, protect },
  );
  const plan = new aws.backup.Plan(
    `${name}-backup-plan`,
    {
      rules: [
        {
          ruleName: "daily",
          targetVaultName: vault.name,
          schedule: "cron(0 3 * * ? *)",
          lifecycle: { deleteAfter: KEPT_DAYS },
        },
      ],
    },
    { parent, dependsOn: role.policy },
  );
  return { plan, roleArn: role.arn };
}
