import * as cloudwatch from "@aws-sdk/client-cloudwatch";
import * as logs from "@aws-sdk/client-cloudwatch-logs";
import * as dynamodb from "@aws-sdk/client-dynamodb";
import * as lambda from "@aws-sdk/client-lambda";
import * as states from "@aws-sdk/client-sfn";
import * as sqs from "@aws-sdk/client-sqs";
import type { AwsCall } from "local-aws/console";
import type { Target } from "../target.ts";

/** A client as far as its commands are concerned: which they are is known at run time only. */
interface AnyClient {
  send(command: unknown): Promise<Record<string, unknown>>;
}
type Command = new (input: object) => unknown;

// The services that the page calls, by the names that the local runtime has for them.
const SERVICES: Record<string, { module: object; client: (aws: Target["aws"]) => AnyClient }> = {
  cloudwatch: { module: cloudwatch, client: (aws) => client(new cloudwatch.CloudWatchClient(aws)) },
  logs: { module: logs, client: (aws) => client(new logs.CloudWatchLogsClient(aws)) },
  dynamodb: { module: dynamodb, client: (aws) => client(new dynamodb.DynamoDBClient(aws)) },
  lambda: { module: lambda, client: (aws) => client(new lambda.LambdaClient(aws)) },
  states: { module: states, client: (aws) => client(new states.SFNClient(aws)) },
  sqs: { module: sqs, client: (aws) => client(new sqs.SQSClient(aws)) },
};
const TIMES = ["StartTime", "EndTime"];

/** Calls AWS with the caller's credentials, in the terms of the page: JSON, and times in seconds. */
export function callsOnAws(aws: Target["aws"]): AwsCall {
  const clients = new Map<string, AnyClient>();
  return async (name, operation, input) => {
    const service = Object.hasOwn(SERVICES, name) ? SERVICES[name] : undefined;
    const command = service && commandOf(service.module, operation);
    if (!service || !command) throw new Error(`the page calls no ${name}:${operation}`);
    const known = clients.get(name) ?? service.client(aws);
    clients.set(name, known);
    const { $metadata: _, ...output } = await known.send(new command(forSdk(input)));
    return forPage(output);
  };
}

function client(of: unknown): AnyClient {
  return of as AnyClient;
}

function commandOf(module: object, operation: string): Command | undefined {
  const name = `${operation}Command`;
  return Object.hasOwn(module, name) ? (module as Record<string, Command>)[name] : undefined;
}

/** Times as the SDK takes them, and an event as bytes. */
function forSdk(input: object): object {
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) => {
      if (TIMES.includes(name) && typeof value === "number") return [name, new Date(value * 1000)];
      return [name, name === "Payload" ? new TextEncoder().encode(String(value)) : value];
    }),
  );
}

/** An answer in plain JSON: a function's answer as text, other bytes as Base64. */
function forPage(value: unknown, name = ""): unknown {
  if (value instanceof Uint8Array) {
    return name === "Payload"
      ? new TextDecoder().decode(value)
      : Buffer.from(value).toString("base64");
  }
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((one) => forPage(one));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, forPage(inner, key)]),
  );
}
