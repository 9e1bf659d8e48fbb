import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Component } from "./component.ts";
import { keyGrants } from "./encryption.ts";
import { camelCase } from "./function.ts";
import type { HandlerFunction } from "./inventory.ts";
import { logGroup } from "./log-group.ts";
import { type Grant, serviceRole } from "./role.ts";

/** The settings of one state machine. */
export interface StateMachineArgs {
  /** An Express execution runs at least once, for at most five minutes, and is known by its logs alone. @default "STANDARD" */
  type?: "STANDARD" | "EXPRESS";
  /** The definition, with placeholders such as `${InsertIdFunctionArn}`. */
  definition: string;
  /** The function of each step; `${ReserveStockFunctionArn}` stands for that of the step `ReserveStock`. */
  steps: Record<string, HandlerFunction>;
  /** Values of the other placeholders. */
  values?: Record<string, pulumi.Input<string>>;
  /** Permissions beside invoking its functions, logging and tracing. */
  grants?: Grant[];
}

// Neither service has resource-level permissions for these: log deliveries belong to the account.
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

/** A state machine that logs its executions and traces them. */
export function stateMachine(
  name: string,
  args: StateMachineArgs,
  parent: Component,
): aws.sfn.StateMachine {
  const { type = "STANDARD", definition, steps, values = {}, grants = [] } = args;
  const arns = Object.fromEntries(
    Object.entries(steps).map(([step, { target }]) => [`${step}FunctionArn`, target.arn]),
  );
  const { key } = parent.foundation;
  const { partition } = aws.getPartitionOutput();
  const logs = logGroup(name, { key: camelCase(name), writer: "/aws/vendedlogs/states" }, parent);
  const invoke: Grant = { actions: ["lambda:InvokeFunction"], resources: Object.values(arns) };
  const role = serviceRole(
    name,
    {
      service: "states.amazonaws.com",
      grants: [invoke, ...grants, ...DELIVERY_AND_TRACING, ...keyGrants(key)],
    },
    parent,
  );
  const machine = new aws.sfn.StateMachine(
    name,
    {
      type,
      definition: pulumi
        .all({ Partition: partition, ...arns, ...values })
        .apply((given) => fillPlaceholders(definition, given)),
      roleArn: role.arn,
      loggingConfiguration: {
        // A Standard execution has a history; what an Express one did is in its functions' logs.
        level: type === "EXPRESS" ? "ERROR" : "ALL",
        includeExecutionData: true,
        // Step Functions accepts the ARN only with this ending.
        logDestination: pulumi.interpolate`${logs.arn}:*`,
      },
      tracingConfiguration: { enabled: true },
      ...(key && {
        encryptionConfiguration: {
          type: "CUSTOMER_MANAGED_KMS_KEY",
          kmsKeyId: key.arn,
          kmsDataKeyReusePeriodSeconds: 900,
        },
      }),
    },
    // Step Functions checks its permissions to log when the machine is created.
    { parent, dependsOn: role.policy },
  );
  parent.inventory.add(type === "EXPRESS" ? "expressMachines" : "stateMachines", name, machine);
  return machine;
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
