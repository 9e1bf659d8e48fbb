import type { ServiceError } from "../kernel/service-error.ts";

/** A call as the wire carries it, ready for the dispatcher. */
export interface WireCall {
  service: string;
  operation: string;
  input: Record<string, unknown>;
}

/** An answer ready for the wire. */
export interface WireAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

// First part of X-Amz-Target → service, and the version of the AWS JSON protocol that it speaks.
const TARGETS: Record<string, { service: string; version: "1.0" | "1.1" }> = {
  DynamoDB_20120810: { service: "dynamodb", version: "1.0" },
  DynamoDBStreams_20120810: { service: "dynamodbstreams", version: "1.0" },
  AmazonSQS: { service: "sqs", version: "1.0" },
  AWSStepFunctions: { service: "states", version: "1.0" },
  AWSEvents: { service: "events", version: "1.1" },
  GraniteServiceVersion20100801: { service: "cloudwatch", version: "1.0" },
  Logs_20140328: { service: "logs", version: "1.1" },
};

/** Reads a call of the AWS JSON protocol; undefined when the target is no service of this runtime. */
export function readJsonCall(target: string, body: string): WireCall | undefined {
  const [prefix = "", operation = ""] = target.split(".");
  const known = TARGETS[prefix];
  if (!known) return undefined;
  return { service: known.service, operation, input: body ? JSON.parse(body) : {} };
}

/** Writes an answer of the AWS JSON protocol. */
export function writeJsonAnswer(target: string, output: unknown): WireAnswer {
  return { status: 200, headers: contentType(target), body: JSON.stringify(output ?? {}) };
}

/** Writes an error of the AWS JSON protocol. */
export function writeJsonError(target: string, error: ServiceError): WireAnswer {
  const { code, message, status, details } = error;
  const { queryCode, ...members } = details;
  const headers = contentType(target);
  // SDKs that grew up with SQS's query protocol look for its older error codes here.
  if (typeof queryCode === "string") {
    headers["x-amzn-query-error"] = `${queryCode};${status < 500 ? "Sender" : "Receiver"}`;
  }
  return { status, headers, body: JSON.stringify({ __type: code, message, ...members }) };
}

function contentType(target: string): Record<string, string> {
  const version = TARGETS[target.split(".")[0] ?? ""]?.version ?? "1.0";
  return { "content-type": `application/x-amz-json-${version}` };
}
