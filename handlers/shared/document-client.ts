import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";

/** A client for tables. It gives up on a call that hangs while the function still has time to say so. */
export function documentClient(): DynamoDBDocumentClient {
  const requestHandler = {
    connectionTimeout: 1_000,
    requestTimeout: 2_000,
    throwOnRequestTimeout: true,
  };
  return DynamoDBDocumentClient.from(new DynamoDBClient({ requestHandler }));
}
