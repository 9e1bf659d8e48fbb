import { type CloudFormationType, list, object } from "./type.ts";

function keySchema(hashKey: unknown, rangeKey: unknown): object[] {
  return [
    { AttributeName: hashKey, KeyType: "HASH" },
    ...(rangeKey === undefined ? [] : [{ AttributeName: rangeKey, KeyType: "RANGE" }]),
  ];
}

/** DynamoDB and AWS Backup. */
export const tables: Readonly<Record<string, CloudFormationType>> = {
  "dynamodb/table:Table": {
    type: "AWS::DynamoDB::Table",
    ref: ["id", "name"],
    attributes: { arn: "Arn", streamArn: "StreamArn" },
    names: { name: "TableName" },
    omitted: [
      "attributes",
      "globalSecondaryIndexes",
      "hashKey",
      "pointInTimeRecovery",
      "rangeKey",
      "serverSideEncryption",
      "streamEnabled",
      "streamViewType",
      "ttl",
    ],
    arranged: (inputs) => {
      const { attributes, globalSecondaryIndexes, hashKey, rangeKey, streamViewType } = inputs;
      const recovery = object(inputs["pointInTimeRecovery"]);
      const encryption = object(inputs["serverSideEncryption"]);
      const ttl = object(inputs["ttl"]);
      return {
        AttributeDefinitions: list(attributes).map(({ name, type }) => ({
          AttributeName: name,
          AttributeType: type,
        })),
        KeySchema: keySchema(hashKey, rangeKey),
        ...(globalSecondaryIndexes !== undefined && {
          GlobalSecondaryIndexes: list(globalSecondaryIndexes).map((index) => ({
            IndexName: index["name"],
            KeySchema: keySchema(index["hashKey"], index["rangeKey"]),
            Projection: {
              ProjectionType: index["projectionType"],
              ...(index["nonKeyAttributes"] !== undefined && {
                NonKeyAttributes: index["nonKeyAttributes"],
              }),
            },
          })),
        }),
        PointInTimeRecoverySpecification: {
          PointInTimeRecoveryEnabled: recovery["enabled"] ?? false,
        },
        ...(encryption["enabled"] === true && {
          SSESpecification: {
            SSEEnabled: true,
            SSEType: "KMS",
            KMSMasterKeyId: encryption["kmsKeyArn"],
          },
        }),
        ...(streamViewType !== undefined && {
          StreamSpecification: { StreamViewType: streamViewType },
        }),
        ...(ttl["enabled"] === true && {
          TimeToLiveSpecification: { AttributeName: ttl["attributeName"], Enabled: true },
        }),
      };
    },
  },
  "backup/vault:Vault": {
    type: "AWS::Backup::BackupVault",
    ref: ["id", "name"],
    attributes: { arn: "BackupVaultArn" },
    names: { kmsKeyArn: "EncryptionKeyArn" },
    arranged: (_, name) => ({ BackupVaultName: { "Fn::Sub": `\${AWS::StackName}-${name}` } }),
  },
  "backup/plan:Plan": {
    type: "AWS::Backup::BackupPlan",
    attributes: { arn: "BackupPlanArn" },
    omitted: ["rules"],
    arranged: ({ rules }, name) => ({
      BackupPlan: {
        BackupPlanName: name,
        BackupPlanRule: list(rules).map(({ ruleName, targetVaultName, schedule, lifecycle }) => ({
          RuleName: ruleName,
          TargetBackupVault: targetVaultName,
          ScheduleExpression: schedule,
          Lifecycle: { DeleteAfterDays: object(lifecycle)["deleteAfter"] },
        })),
      },
    }),
  },
  "backup/selection:Selection": {
    type: "AWS::Backup::BackupSelection",
    names: { planId: "BackupPlanId" },
    omitted: ["iamRoleArn", "resources"],
    arranged: ({ iamRoleArn, resources }, name) => ({
      BackupSelection: { SelectionName: name, IamRoleArn: iamRoleArn, Resources: resources },
    }),
  },
};
