import type { ServiceMembers } from "../../kernel/models/member-rules.ts";

const UNMASKED = "no policy masks data here";
const ONE_ACCOUNT = "there is one account";

/** What CloudWatch Logs does with each member of its inputs. */
export const logsMembers: ServiceMembers = {
  CreateLogGroup: {
    honours: ["logGroupName", "tags"],
    refuses: {
      kmsKeyId: "log groups are not encrypted with keys",
      logGroupClass: "every log group is of the class STANDARD",
      deletionProtectionEnabled: "log groups are not deleted by a call",
    },
  },
  CreateLogStream: { honours: ["logGroupName", "logStreamName"] },
  DeleteQueryDefinition: { honours: ["queryDefinitionId"] },
  DescribeLogGroups: {
    honours: [
      "logGroupNamePrefix",
      "logGroupNamePattern",
      "logGroupIdentifiers",
      "logGroupClass",
      "nextToken",
      "limit",
    ],
    refuses: { accountIdentifiers: ONE_ACCOUNT, includeLinkedAccounts: ONE_ACCOUNT },
  },
  DescribeLogStreams: {
    honours: [
      "logGroupName",
      "logGroupIdentifier",
      "logStreamNamePrefix",
      "orderBy",
      "descending",
      "nextToken",
      "limit",
    ],
  },
  DescribeQueries: {
    honours: ["logGroupName", "status", "maxResults", "nextToken", "queryLanguage"],
  },
  DescribeQueryDefinitions: {
    honours: ["queryDefinitionNamePrefix", "maxResults", "nextToken", "queryLanguage"],
  },
  FilterLogEvents: {
    honours: [
      "logGroupName",
      "logGroupIdentifier",
      "logStreamNames",
      "logStreamNamePrefix",
      "startTime",
      "endTime",
      "filterPattern",
      "nextToken",
      "limit",
    ],
    holds: { interleaved: "as on AWS, events are always interleaved", unmask: UNMASKED },
    refuses: { startFromHead: "events come oldest first" },
  },
  GetLogEvents: {
    honours: [
      "logGroupName",
      "logGroupIdentifier",
      "logStreamName",
      "startTime",
      "endTime",
      "nextToken",
      "limit",
      "startFromHead",
    ],
    holds: { unmask: UNMASKED },
  },
  GetQueryResults: { honours: ["queryId", "nextToken", "maxItems"] },
  ListTagsForResource: { honours: ["resourceArn"] },
  PutLogEvents: {
    honours: ["logGroupName", "logStreamName", "logEvents.timestamp", "logEvents.message"],
    holds: { sequenceToken: "AWS accepts and ignores it" },
    refuses: {
      "entity.keyAttributes": "log events have no entities here",
      "entity.attributes": "log events have no entities here",
    },
  },
  PutQueryDefinition: {
    honours: [
      "queryLanguage",
      "name",
      "queryDefinitionId",
      "logGroupNames",
      "queryString",
      "clientToken",
    ],
    refuses: {
      "parameters.name": "queries have no parameters",
      "parameters.defaultValue": "queries have no parameters",
      "parameters.description": "queries have no parameters",
    },
  },
  PutRetentionPolicy: { honours: ["logGroupName", "retentionInDays"] },
  StartQuery: {
    honours: [
      "queryLanguage",
      "logGroupName",
      "logGroupNames",
      "logGroupIdentifiers",
      "startTime",
      "endTime",
      "queryString",
      "limit",
    ],
  },
  StopQuery: { honours: ["queryId"] },
};
