import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Component } from "./component.ts";

/** The settings of one log group. */
export interface LogGroupArgs {
  /** Key in the stack output `logGroupNames`, e.g. `putCustomer`. */
  key: string;
  /** The service that writes to it: the first part of its name. */
  writer: "/aws/apigateway" | "/aws/lambda" | "/aws/vendedlogs/states";
}

/**
 * A log group of JSON lines that the stack owns, so that it has a retention and is deleted with the stack. Its name is
 * e.g. `/aws/lambda/commerce-backend/dev/customers-put-customer`.
 */
export function logGroup(
  name: string,
  { key, writer }: LogGroupArgs,
  parent: Component,
): aws.cloudwatch.LogGroup {
  const group = new aws.cloudwatch.LogGroup(
    `${name}-logs`,
    {
      name: `${writer}/${pulumi.getProject()}/${pulumi.getStack()}/${name}`,
      ...retention(parent),
    },
    { parent },
  );
  parent.inventory.add("logGroups", key, group);
  return group;
}

/** The settings of the execution log of one REST API stage. */
export interface ExecutionLogGroupArgs {
  /** Key in the stack output `logGroupNames`, e.g. `customersApiErrors`. */
  key: string;
  rest: aws.apigateway.RestApi;
  stage: string;
}

/** The log group to which API Gateway writes its own errors, as plain text. Its name is fixed by API Gateway. */
export function executionLogGroup(
  name: string,
  { key, rest, stage }: ExecutionLogGroupArgs,
  parent: Component,
): aws.cloudwatch.LogGroup {
  const group = new aws.cloudwatch.LogGroup(
    `${name}-error-logs`,
    {
      name: pulumi.interpolate`API-Gateway-Execution-Logs_${rest.id}/${stage}`,
      ...retention(parent),
    },
    { parent },
  );
  parent.inventory.add("textLogGroups", key, group);
  return group;
}

function retention({ foundation }: Component): Partial<aws.cloudwatch.LogGroupArgs> {
  const { key, settings } = foundation;
  return { retentionInDays: settings.logs.retentionDays, ...(key && { kmsKeyId: key.arn }) };
}
