import { readFileSync } from "node:fs";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { HandlerFunction } from "./function.ts";
import { logGroup } from "./log-group.ts";
import { type Grant, serviceRole } from "./role.ts";
import type { WatchedComponent } from "./watched.ts";

/** What one state machine differs in. */
export interface StateMachineArgs {
  /** File that holds the definition, with placeholders such as `${InsertIdFunctionArn}`. */
  definition: URL;
  /** Function that stands for each placeholder; the machine may invoke these. */
  functions: Record<string, HandlerFunction>;
  /** What other placeholders stand for. */
  values?: Record<string, pulumi.Input<string>>;
  /** What it may do beside invoking its functions, logging and tracing. */
  grants?: Grant[];
  logRetentionDays: number;
}

/** A state machine, and where it logs. */
export interface LoggedStateMachine {
  machine: aws.sfn.StateMachine;
  logs: aws.cloudwatch.LogGroup;
}

// Neither service knows resources to name: the log delivery belongs to the account.
const DELIVERY_AND_TRACING: Grant[] = [
  {
    actions: [
      "logs:CreateLogDelivery",
      "logs:DeleteLogDelivery",
      "logs:DescribeLogGroups",
      "logs:DescribeResourcePolicies",
      "logs:GetLogDelivery",
      "logs:ListLogDeliveries",
      "logs:PutResourcePolicy",
      "logs:UpdateLogDelivery",
    ],
    resources: ["*"],
  },
  {
    actions: [
      "xray:GetSamplingRules",
      "xray:GetSamplingTargets",
      "xray:PutTelemetryRecords",
      "xray:PutTraceSegments",
    ],
    resources: ["*"],
  },
];

/** A Standard state machine that logs every step and traces every run. */
export function stateMachine(
  name: string,
  args: StateMachineArgs,
  parent: WatchedComponent,
): LoggedStateMachine {
  const { definition, functions, values = {}, grants = [], logRetentionDays } = args;
  const text = readFileSync(definition, "utf8");
  const arns = Object.fromEntries(
    Object.entries(functions).map(([placeholder, { lambda }]) => [placeholder, lambda.arn]),
  );
  const logs = logGroup(name, "/aws/vendedlogs/states", logRetentionDays, parent);
  const invoke: Grant = { actions: ["lambda:InvokeFunction"], resources: Object.values(arns) };
  const permissions = [invoke, ...grants, ...DELIVERY_AND_TRACING];
  const role = serviceRole(name, "states.amazonaws.com", permissions, { parent });
  const machine = new aws.sfn.StateMachine(
    name,
    {
      type: "STANDARD",
      definition: pulumi
        .all({ ...arns, ...values })
        .apply((given) => fillPlaceholders(text, given)),
      roleArn: role.arn,
      loggingConfiguration: {
        level: "ALL",
        includeExecutionData: true,
        // Step Functions takes the ARN only with this ending.
        logDestination: pulumi.interpolate`${logs.arn}:*`,
      },
      tracingConfiguration: { enabled: true },
    },
    // Step Functions tries out its log permissions when it creates the machine.
    { parent, dependsOn: role.policy },
  );
  parent.watched.stateMachines[name] = machine;
  return { machine, logs };
}

/**
 * The text with each `${Name}` replaced by its value.
 *
 * @throws Error naming the placeholders that have no value, or the values that have no placeholder.
 */
export function fillPlaceholders(text: string, values: Record<string, string>): string {
  const named = new Set([...text.matchAll(/\$\{(\w+)\}/g)].map(([, name = ""]) => name));
  const missing = [...named].filter((name) => !(name in values));
  const unused = Object.keys(values).filter((name) => !named.has(name));
  if (missing.length > 0) throw new Error(`no value for the placeholder ${missing.join(", ")}`);
  if (unused.length > 0) throw new Error(`no placeholder for the value ${unused.join(", ")}`);
  return text.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => values[name] ?? "");
}
