import * as assert from "uvu/assert";
import type { Registrations } from "./registrations.ts";

/** Actions that are allowed, and on what. */
export type Allowed = [actions: string[], resources: string[]];

const POLICY = "2012-10-17";
// These are documented to say for whom they act.
const NAMES_ITS_ACCOUNT = ["events.amazonaws.com", "pipes.amazonaws.com", "states.amazonaws.com"];

/** Fails unless the role is for this service alone, and allows this and nothing else, in this order. */
export function assertRole(
  { get }: Registrations,
  name: string,
  service: string,
  allowed: Allowed[],
): void {
  const role = get(`${name}-role`);
  const policy = get(`${name}-policy`);
  assert.equal(Object.keys(role.inputs), ["assumeRolePolicy"]);
  const operator = NAMES_ITS_ACCOUNT.includes(service) ? "StringEquals" : "StringEqualsIfExists";
  const trust = {
    Effect: "Allow",
    Principal: { Service: service },
    Action: "sts:AssumeRole",
    Condition: { [operator]: { "aws:SourceAccount": "111122223333" } },
  };
  assert.equal(JSON.parse(String(role.inputs["assumeRolePolicy"])), {
    Version: POLICY,
    Statement: [trust],
  });
  assert.is(policy.inputs["role"], `${name}-role.name`);
  assert.equal(JSON.parse(String(policy.inputs["policy"])), {
    Version: POLICY,
    Statement: allowed.map(([Action, Resource]) => ({ Effect: "Allow", Action, Resource })),
  });
}

/** What one function differs in. */
export interface ExpectedFunction {
  description: string;
  /** @default 10 */
  timeout?: number;
  environment?: Record<string, string>;
  /** Beside logging and tracing. */
  allowed: Allowed[];
}

/** Fails unless the function, its role and its log group are exactly as expected, and it is created after both. */
export function assertFunction(
  resources: Registrations,
  name: string,
  { description, timeout = 10, environment, allowed }: ExpectedFunction,
): void {
  const { inputs, dependencies } = resources.get(name);
  const { code, ...rest } = inputs;
  assert.equal(rest, {
    description,
    handler: "index.handler",
    runtime: "nodejs24.x",
    architectures: ["arm64"],
    memorySize: 256,
    timeout,
    role: `${name}-role.arn`,
    ...(environment && { environment: { variables: environment } }),
    loggingConfig: {
      logFormat: "JSON",
      logGroup: `/aws/lambda/commerce-backend/test/${name}`,
      systemLogLevel: "WARN",
    },
    tracingConfig: { mode: "PassThrough" },
  });
  assert.equal(Object.keys((code as { assets: object }).assets), ["index.mjs"]);
  assertRole(resources, name, "lambda.amazonaws.com", [
    [["logs:CreateLogStream", "logs:PutLogEvents"], [`${name}-logs.arn:*`]],
    [["xray:PutTraceSegments", "xray:PutTelemetryRecords"], ["*"]],
    ...allowed,
  ]);
  assert.equal(resources.get(`${name}-logs`).inputs, {
    name: `/aws/lambda/commerce-backend/test/${name}`,
    retentionInDays: 7,
  });
  for (const first of [`${name}-policy`, `${name}-logs`]) {
    assert.ok(dependencies.includes(first), `${name} after ${first}`);
  }
}

/** Fails unless the queue keeps what failed for fourteen days, and takes it by TLS only and from these services only. */
export function assertDeadLetterQueue(
  { get }: Registrations,
  name: string,
  senders: [service: string, sourceArns: string[]][] = [],
): void {
  assert.equal(get(name).inputs, {
    messageRetentionSeconds: 1_209_600,
    maxMessageSize: 1_048_576,
    sqsManagedSseEnabled: true,
  });
  assertQueuePolicy(get(`${name}-policy`).inputs, name, senders);
}

/** Fails unless a queue's policy refuses plain HTTP, and lets in these services only. */
export function assertQueuePolicy(
  { queueUrl, policy }: Record<string, unknown>,
  name: string,
  senders: [service: string, sourceArns: string[]][] = [],
): void {
  const Resource = `${name}.arn`;
  assert.is(queueUrl, `${name}.url`);
  assert.equal(JSON.parse(String(policy)), {
    Version: POLICY,
    Statement: [
      {
        Effect: "Deny",
        Principal: "*",
        Action: "sqs:*",
        Resource,
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
      ...senders.map(([service, sourceArns]) => ({
        Effect: "Allow",
        Principal: { Service: service },
        Action: "sqs:SendMessage",
        Resource,
        Condition: { ArnEquals: { "aws:SourceArn": sourceArns } },
      })),
    ],
  });
}
