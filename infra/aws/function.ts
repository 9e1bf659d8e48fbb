import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { functionCode } from "./function-code.ts";
import { logGroup } from "./log-group.ts";
import { type Grant, serviceRole, TRACING } from "./role.ts";
import type { WatchedComponent } from "./watched.ts";

/** What one function differs in. */
export interface HandlerFunctionArgs {
  /** Entry file, e.g. `handlers/customers/put-customer.ts`. */
  entry: string;
  description: string;
  timeoutSeconds: number;
  environment?: Record<string, pulumi.Input<string>>;
  /** What it may do beside logging and tracing. */
  grants?: Grant[];
  logRetentionDays: number;
}

/** A function, and where it logs. */
export interface HandlerFunction {
  lambda: aws.lambda.Function;
  logs: aws.cloudwatch.LogGroup;
}

/** A function with a role, a log group and a bundle of its own. */
export function handlerFunction(
  name: string,
  args: HandlerFunctionArgs,
  parent: WatchedComponent,
): HandlerFunction {
  const { entry, description, timeoutSeconds, environment, grants = [], logRetentionDays } = args;
  const logs = logGroup(name, "/aws/lambda", logRetentionDays, parent);
  const logging: Grant = {
    actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
    resources: [pulumi.interpolate`${logs.arn}:*`],
  };
  const permissions = [logging, TRACING, ...grants];
  const role = serviceRole(name, "lambda.amazonaws.com", permissions, { parent });
  const lambda = new aws.lambda.Function(
    name,
    {
      description,
      code: new pulumi.asset.AssetArchive(functionCode(entry)),
      handler: "index.handler",
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      memorySize: 256,
      timeout: timeoutSeconds,
      role: role.arn,
      environment: environment && { variables: environment },
      loggingConfig: { logFormat: "JSON", logGroup: logs.name },
      tracingConfig: { mode: "Active" },
    },
    { parent, dependsOn: [role.policy, logs] },
  );
  parent.watched.functions[name] = lambda;
  return { lambda, logs };
}
