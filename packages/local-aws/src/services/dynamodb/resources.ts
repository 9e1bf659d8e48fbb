import { type ResourceType, TAGS } from "../../program/resource-type.ts";

// A stream's ARN ends in the time of its making. It must be the same at each start, so that state fits the program.
const STREAM_LABEL = "2026-01-01T00:00:00.000";

/** DynamoDB's Pulumi types. */
export const dynamodbResourceTypes: ResourceType[] = [
  {
    type: "aws:dynamodb/table:Table",
    honours: [
      "name",
      "hashKey",
      "rangeKey",
      "attributes",
      "billingMode",
      "readCapacity",
      "writeCapacity",
      "globalSecondaryIndexes",
      "localSecondaryIndexes",
      "streamEnabled",
      "streamViewType",
      "ttl",
      "deletionProtectionEnabled",
      "pointInTimeRecovery",
    ],
    ignores: {
      ...TAGS,
      region: "everything runs in the stack's one region",
      tableClass: "storage costs nothing here",
      serverSideEncryption: "tables are not encrypted",
      onDemandThroughput: "throughput is not limited",
    },
    compute({ inputs, generatedName }, { region, account }) {
      const name = typeof inputs["name"] === "string" ? inputs["name"] : generatedName;
      const arn = `arn:aws:dynamodb:${region}:${account}:table/${name}`;
      const stream = inputs["streamEnabled"] === true && {
        streamLabel: STREAM_LABEL,
        streamArn: `${arn}/stream/${STREAM_LABEL}`,
      };
      return { id: name, outputs: { name, arn, ...stream } };
    },
  },
];
