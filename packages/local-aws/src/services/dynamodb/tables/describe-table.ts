import type { Table } from "./table.ts";
import type { IndexSettings, Throughput } from "./table-settings.ts";

type Status = "CREATING" | "UPDATING" | "DELETING" | "ACTIVE";

/** A table as DescribeTable returns it. */
export function describeTable(table: Table, status: Status = "ACTIVE"): Record<string, unknown> {
  const { settings, arn } = table;
  const { stream, billingMode, onDemandSince, localIndexes, globalIndexes } = settings;
  const { count, bytes } = table.items.count();
  const indexOf = (index: IndexSettings) => describeIndex(table, index);
  return {
    TableName: settings.name,
    TableArn: arn,
    TableId: settings.tableId,
    TableStatus: status,
    CreationDateTime: settings.createdAt / 1000,
    AttributeDefinitions: settings.attributeDefinitions,
    KeySchema: settings.keySchema,
    ItemCount: count,
    TableSizeBytes: bytes,
    ProvisionedThroughput: describeThroughput(settings.throughput),
    ...(onDemandSince !== undefined && {
      BillingModeSummary: {
        BillingMode: billingMode,
        // A table that is being created has not had a mode before.
        ...(status !== "CREATING" && {
          LastUpdateToPayPerRequestDateTime: onDemandSince / 1000,
        }),
      },
    }),
    ...(localIndexes.length > 0 && { LocalSecondaryIndexes: localIndexes.map(indexOf) }),
    ...(globalIndexes.length > 0 && {
      GlobalSecondaryIndexes: globalIndexes.map((index) => ({
        ...indexOf(index),
        IndexStatus: status === "CREATING" ? status : "ACTIVE",
        ProvisionedThroughput: describeThroughput(index.ProvisionedThroughput),
      })),
    }),
    ...(stream?.enabled && {
      StreamSpecification: { StreamEnabled: true, StreamViewType: stream.view },
    }),
    ...(stream && { LatestStreamArn: stream.arn, LatestStreamLabel: stream.label }),
    DeletionProtectionEnabled: settings.deletionProtection,
  };
}

function describeIndex(table: Table, { IndexName, KeySchema, Projection }: IndexSettings): object {
  return {
    IndexName,
    IndexArn: `${table.arn}/index/${IndexName}`,
    KeySchema,
    Projection,
    ItemCount: table.items.countEntries(IndexName),
    IndexSizeBytes: 0,
  };
}

function describeThroughput(throughput: Throughput | undefined): object {
  const { ReadCapacityUnits = 0, WriteCapacityUnits = 0 } = throughput ?? {};
  return { NumberOfDecreasesToday: 0, ReadCapacityUnits, WriteCapacityUnits };
}
