import { basename } from "node:path";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Access } from "./access.ts";
import type { Component } from "./component.ts";
import { keyGrants } from "./encryption.ts";
import { functionCode } from "./function-code.ts";
import { functionTarget } from "./function-target.ts";
import type { HandlerFunction } from "./inventory.ts";
import { logGroup } from "./log-group.ts";
import { type Grant, serviceRole, TRACING } from "./role.ts";

const DEFAULT_TIMEOUT_SECONDS = 10;

/** The settings of one function. */
export interface FunctionArgs {
  /** Entry file, e.g. `handlers/customers/put-customer.ts`; its name is the function's job. */
  entry: string;
  description: string;
  /** @default 10 */
  timeoutSeconds?: number;
  /** The resources that it uses; it has no other permissions than these, logging and tracing. */
  uses?: Access[];
  /** Variables beside those of what it uses. */
  environment?: Record<string, pulumi.Input<string>>;
}

/** A function with a role, a log group and a bundle of its own. */
export function handlerFunction(
  name: string,
  args: FunctionArgs,
  parent: Component,
): HandlerFunction {
  const { entry, description, timeoutSeconds = DEFAULT_TIMEOUT_SECONDS, uses = [] } = args;
  const job = camelCase(basename(entry, ".ts"));
  const variables = Object.assign({}, ...uses.map((use) => use.environment), args.environment);
  const hasVariables = Object.keys(variables).length > 0;
  const logs = logGroup(name, { key: job, writer: "/aws/lambda" }, parent);
  const logging: Grant = {
    actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
    resources: [pulumi.interpolate`${logs.arn}:*`],
  };
  const { codeSigning, key, settings } = parent.foundation;
  const grants = [logging, TRACING, ...uses.flatMap((use) => use.grants), ...keyGrants(key)];
  const { reservedConcurrency } = settings.functions;
  const role = serviceRole(name, { service: "lambda.amazonaws.com", grants }, parent);
  const lambda = new aws.lambda.Function(
    name,
    {
      description,
      code: new pulumi.asset.AssetArchive(functionCode(entry, settings.functions.readableCode)),
      handler: "index.handler",
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      memorySize: 256,
      timeout: timeoutSeconds,
      role: role.arn,
      environment: hasVariables ? { variables } : undefined,
      loggingConfig: {
        logFormat: "JSON",
        logGroup: logs.name,
        ...(!settings.logs.invocationLines && { systemLogLevel: "WARN" }),
      },
      tracingConfig: { mode: settings.functions.tracing === "active" ? "Active" : "PassThrough" },
      ...(parent.foundation.settings.delivery.alias && { publish: true }),
      // AWS accepts a key only if there is something to encrypt.
      ...(key && hasVariables && { kmsKeyArn: key.arn }),
      ...(codeSigning && { codeSigningConfigArn: codeSigning.arn }),
      ...(reservedConcurrency && { reservedConcurrentExecutions: reservedConcurrency }),
    },
    { parent, dependsOn: [role.policy, logs] },
  );
  const created = { job, lambda, target: functionTarget(name, lambda, parent), logs };
  parent.inventory.add("functions", name, created);
  return created;
}

/** Several functions, by what each of them is for: an operation of an API, or a step of a workflow. */
export function handlerFunctions<Use extends string>(
  component: string,
  functions: Record<Use, FunctionArgs>,
  parent: Component,
): Record<Use, HandlerFunction> {
  const created = Object.entries<FunctionArgs>(functions).map(([use, args]) => [
    use,
    handlerFunction(nameOf(component, args.entry), args, parent),
  ]);
  return Object.fromEntries(created);
}

/** Logical name of a function: its component's, and that of its entry file. */
export function nameOf(component: string, entry: string): string {
  return `${component}-${basename(entry, ".ts")}`;
}

/** `put-customer` as `putCustomer`. */
export function camelCase(kebab: string): string {
  return kebab.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
