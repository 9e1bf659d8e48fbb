import { join } from "node:path";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { bundle } from "lambda-bundler";
import { logGroup } from "./log-group.ts";
import { type Grant, serviceRole, TRACING } from "./role.ts";
import type { WatchedComponent } from "./watched.ts";

const ROOT = join(import.meta.dirname, "..", "..");

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
      code: new pulumi.asset.AssetArchive(packageOf(entry)),
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

async function packageOf(entry: string): Promise<pulumi.asset.AssetMap> {
  const { code, map } = await bundle(entry, ROOT);
  return {
    "index.mjs": new pulumi.asset.StringAsset(code),
    // Read only where Node.js is told to: on AWS it would make every cold start slower.
    "index.mjs.map": new pulumi.asset.StringAsset(map),
  };
}
