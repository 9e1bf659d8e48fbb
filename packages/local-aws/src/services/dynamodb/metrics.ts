import { type MetricSink, NamespaceRecorder } from "../../kernel/metrics/namespace-recorder.ts";
import { ServiceError } from "../../kernel/service-error.ts";
import type { DynamoDb } from "./service.ts";

/** Emits `AWS/DynamoDB` of requests on items; returns a function that stops it. */
export function emitDynamoDbMetrics(dynamodb: DynamoDb, metrics: MetricSink): () => void {
  const recorder = new NamespaceRecorder("AWS/DynamoDB", metrics);
  return dynamodb.onRequest(({ operation: Operation, tables, durationMs, output, error }) => {
    const byTable = tables.map((TableName) => ({ TableName }));
    const byOperation = tables.map((TableName) => ({ TableName, Operation }));
    if (output) {
      recorder.record(byOperation, "SuccessfulRequestLatency", durationMs, "Milliseconds");
      if (Operation === "Query" || Operation === "Scan") {
        recorder.record(byOperation, "ReturnedItemCount", Number(output["Count"]));
      }
      return;
    }
    const { code, status } = error instanceof ServiceError ? error : { code: "", status: 500 };
    if (status >= 500) recorder.record(byOperation, "SystemErrors", 1);
    // A failed condition is not a user error; DynamoDB counts it separately.
    else if (code !== "ConditionalCheckFailedException") recorder.record([{}], "UserErrors", 1);
    else recorder.record(byTable, "ConditionalCheckFailedRequests", 1);
  });
}
