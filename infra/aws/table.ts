import * as aws from "@pulumi/aws";
import type { Component } from "./component.ts";

/** The settings of one table. */
export interface TableArgs
  extends Pick<
    aws.dynamodb.TableArgs,
    | "name"
    | "hashKey"
    | "rangeKey"
    | "attributes"
    | "globalSecondaryIndexes"
    | "streamEnabled"
    | "streamViewType"
    | "ttl"
  > {
  /** Keeps 35 days of continuous backups. @default the setting `tables:pointInTimeRecovery` */
  pointInTimeRecovery?: boolean;
}

/** A table that is billed per request, and protected as the settings say. */
export function table(name: string, args: TableArgs, parent: Component): aws.dynamodb.Table {
  const { key, settings } = parent.foundation;
  const { tables } = settings;
  const { pointInTimeRecovery = tables.pointInTimeRecovery, ...schema } = args;
  const created = new aws.dynamodb.Table(
    `${name}-table`,
    {
      ...schema,
      billingMode: "PAY_PER_REQUEST",
      pointInTimeRecovery: { enabled: pointInTimeRecovery },
      deletionProtectionEnabled: tables.deletionProtection,
      ...(key && { serverSideEncryption: { enabled: true, kmsKeyArn: key.arn } }),
    },
    // AWS refuses to delete the table only when its turn comes; Pulumi refuses before it deletes anything else.
    { parent, protect: tables.deletionProtection },
  );
  const { backup } = parent.foundation;
  if (backup) {
    new aws.backup.Selection(
      `${name}-backup`,
      { planId: backup.plan.id, iamRoleArn: backup.roleArn, resources: [created.arn] },
      { parent },
    );
  }
  parent.inventory.add("tables", name, created);
  return created;
}
