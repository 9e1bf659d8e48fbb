import type { ServiceMembers } from "../../kernel/models/member-rules.ts";

const EXPRESSIONS = ["ExpressionAttributeNames", "ExpressionAttributeValues.*"];
const CONDITION = ["ConditionExpression", ...EXPRESSIONS, "ReturnValuesOnConditionCheckFailure"];
const WRITE = [
  "TableName",
  "Expected.*",
  "ConditionalOperator",
  ...CONDITION,
  "ReturnValues",
  "ReturnConsumedCapacity",
  "ReturnItemCollectionMetrics",
];
const READ = ["TableName", "ConsistentRead", "ReturnConsumedCapacity", "ProjectionExpression"];
const SEARCH = [
  ...READ,
  "IndexName",
  "AttributesToGet",
  "ConditionalOperator",
  "ExclusiveStartKey.*",
  "FilterExpression",
  "Limit",
  "Select",
  ...EXPRESSIONS,
];
const KEYS = ["AttributeName", "KeyType"].map((name) => `KeySchema.${name}`);
const PROJECTION = ["Projection.ProjectionType", "Projection.NonKeyAttributes"];
const UNITS = ["ReadCapacityUnits", "WriteCapacityUnits"].map(
  (name) => `ProvisionedThroughput.${name}`,
);
const STREAM = ["StreamSpecification.StreamEnabled", "StreamSpecification.StreamViewType"];
const DEFINITIONS = ["AttributeDefinitions.AttributeName", "AttributeDefinitions.AttributeType"];
const within = (member: string, names: readonly string[]) =>
  names.map((name) => `${member}.${name}`);

const UNLIMITED = "on-demand tables have no limit of their own";
const ONE_REGION = "tables are in one region";
const NOT_WARM = "throughput needs no warming";
const NOT_TABLE = {
  "OnDemandThroughput.*": UNLIMITED,
  "WarmThroughput.*": NOT_WARM,
  "SSESpecification.*": "tables are not encrypted with keys",
  TableClass: "every table is of the class STANDARD",
  GlobalTableSettingsReplicationMode: ONE_REGION,
};
const NOT_INDEX = { "OnDemandThroughput.*": UNLIMITED, "WarmThroughput.*": NOT_WARM };
const refusedWithin = (member: string, refused: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(refused).map(([name, why]) => [`${member}.${name}`, why]));

/** What DynamoDB does with each member of its inputs. */
export const dynamodbMembers: ServiceMembers = {
  BatchGetItem: {
    honours: [
      ...within("RequestItems", [
        "Keys.*",
        "AttributesToGet",
        "ConsistentRead",
        "ProjectionExpression",
        "ExpressionAttributeNames",
      ]),
      "ReturnConsumedCapacity",
    ],
  },
  BatchWriteItem: {
    honours: [
      "RequestItems.PutRequest.Item.*",
      "RequestItems.DeleteRequest.Key.*",
      "ReturnConsumedCapacity",
      "ReturnItemCollectionMetrics",
    ],
  },
  CreateTable: {
    honours: [
      ...DEFINITIONS,
      "TableName",
      ...KEYS,
      ...within("LocalSecondaryIndexes", ["IndexName", ...KEYS, ...PROJECTION]),
      ...within("GlobalSecondaryIndexes", ["IndexName", ...KEYS, ...PROJECTION, ...UNITS]),
      "BillingMode",
      ...UNITS,
      ...STREAM,
      "Tags.Key",
      "Tags.Value",
      "DeletionProtectionEnabled",
    ],
    refuses: {
      ...NOT_TABLE,
      ...refusedWithin("GlobalSecondaryIndexes", NOT_INDEX),
      ResourcePolicy: "tables have no policies",
      GlobalTableSourceArn: ONE_REGION,
      "VectorIndexes.*": "tables have no vector indexes",
    },
  },
  DeleteItem: { honours: [...WRITE, "Key.*"] },
  DeleteTable: { honours: ["TableName"] },
  DescribeContinuousBackups: { honours: ["TableName"] },
  DescribeTable: { honours: ["TableName"] },
  DescribeTimeToLive: { honours: ["TableName"] },
  GetItem: { honours: [...READ, "Key.*", "AttributesToGet", "ExpressionAttributeNames"] },
  ListTables: { honours: ["ExclusiveStartTableName", "Limit"] },
  ListTagsOfResource: {
    honours: ["ResourceArn"],
    holds: { NextToken: "all tags are on one page, so that no token is returned" },
  },
  PutItem: { honours: [...WRITE, "Item.*"] },
  Query: {
    honours: [
      ...SEARCH,
      "KeyConditions.*",
      "QueryFilter.*",
      "KeyConditionExpression",
      "ScanIndexForward",
    ],
  },
  Scan: { honours: [...SEARCH, "ScanFilter.*", "TotalSegments", "Segment"] },
  TagResource: { honours: ["ResourceArn", "Tags.Key", "Tags.Value"] },
  TransactGetItems: {
    honours: [
      ...within("TransactItems.Get", [
        "Key.*",
        "TableName",
        "ProjectionExpression",
        "ExpressionAttributeNames",
      ]),
      "ReturnConsumedCapacity",
    ],
  },
  TransactWriteItems: {
    honours: [
      ...within("TransactItems.ConditionCheck", ["Key.*", "TableName", ...CONDITION]),
      ...within("TransactItems.Put", ["Item.*", "TableName", ...CONDITION]),
      ...within("TransactItems.Delete", ["Key.*", "TableName", ...CONDITION]),
      ...within("TransactItems.Update", ["Key.*", "TableName", "UpdateExpression", ...CONDITION]),
      "ReturnConsumedCapacity",
      "ReturnItemCollectionMetrics",
      "ClientRequestToken",
    ],
  },
  UntagResource: { honours: ["ResourceArn", "TagKeys"] },
  UpdateContinuousBackups: {
    honours: ["TableName", "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled"],
    refuses: {
      "PointInTimeRecoverySpecification.RecoveryPeriodInDays": "nothing is recovered from backups",
    },
  },
  UpdateItem: { honours: [...WRITE, "Key.*", "AttributeUpdates.*", "UpdateExpression"] },
  UpdateTable: {
    honours: [
      ...DEFINITIONS,
      "TableName",
      "BillingMode",
      ...UNITS,
      ...within("GlobalSecondaryIndexUpdates.Create", [
        "IndexName",
        ...KEYS,
        ...PROJECTION,
        ...UNITS,
      ]),
      ...within("GlobalSecondaryIndexUpdates.Update", ["IndexName", ...UNITS]),
      "GlobalSecondaryIndexUpdates.Delete.IndexName",
      ...STREAM,
      "DeletionProtectionEnabled",
    ],
    refuses: {
      ...NOT_TABLE,
      ...refusedWithin("GlobalSecondaryIndexUpdates.Create", NOT_INDEX),
      ...refusedWithin("GlobalSecondaryIndexUpdates.Update", NOT_INDEX),
      "ReplicaUpdates.*": ONE_REGION,
      "GlobalTableWitnessUpdates.*": ONE_REGION,
      MultiRegionConsistency: ONE_REGION,
      DisassociationProtectionEnabled: ONE_REGION,
      "VectorIndexUpdates.*": "tables have no vector indexes",
    },
  },
  UpdateTimeToLive: {
    honours: [
      "TableName",
      "TimeToLiveSpecification.Enabled",
      "TimeToLiveSpecification.AttributeName",
    ],
  },
};

/** What DynamoDB Streams does with each member of its inputs. */
export const streamsMembers: ServiceMembers = {
  DescribeStream: {
    honours: ["StreamArn", "ExclusiveStartShardId"],
    holds: { Limit: "a stream has one shard" },
    refuses: {
      "ShardFilter.Type": "a stream has one shard, which has no children",
      "ShardFilter.ShardId": "a stream has one shard, which has no children",
    },
  },
  GetRecords: { honours: ["ShardIterator", "Limit"] },
  GetShardIterator: {
    honours: ["StreamArn", "ShardId", "ShardIteratorType", "SequenceNumber"],
    refuses: { Timestamp: "iterators start at a record, at the oldest or after the newest" },
  },
  ListStreams: { honours: ["TableName", "Limit", "ExclusiveStartStreamArn"] },
};
