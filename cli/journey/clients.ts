import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SFNClient } from "@aws-sdk/client-sfn";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { Target } from "../target.ts";

/** The services that know what happened to an order. */
export interface Clients {
  logs: CloudWatchLogsClient;
  states: SFNClient;
  tables: DynamoDBDocumentClient;
}

/** Clients of a stack, on AWS or on this machine. */
export function clientsOf(aws: Target["aws"]): Clients {
  return {
    logs: new CloudWatchLogsClient(aws),
    states: new SFNClient(aws),
    tables: DynamoDBDocumentClient.from(new DynamoDBClient(aws)),
  };
}
