import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../settings.ts";
import { type Grant, serviceRole } from "./role.ts";

// What API Gateway requires before it accepts the role; the role serves every API of the account.
const LOGGING: Grant = {
  actions: [
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:DescribeLogGroups",
    "logs:DescribeLogStreams",
    "logs:FilterLogEvents",
    "logs:GetLogEvents",
    "logs:PutLogEvents",
  ],
  resources: ["*"],
};

/** What all components of a stack share: its settings, and the resources that exist once. */
export class Foundation extends pulumi.ComponentResource {
  readonly settings: Settings;
  /** Gives API Gateway its role for logs; undefined where the account has one already. */
  readonly apiLogging: pulumi.Resource | undefined;

  constructor(name: string, settings: Settings, opts?: pulumi.ComponentResourceOptions) {
    super("commerce:infra:Foundation", name, {}, opts);
    this.settings = settings;
    this.apiLogging = settings.api.manageLoggingRole
      ? apiLogging(`${name}-api-logging`, this)
      : undefined;
    this.registerOutputs({});
  }
}

/** One role serves every API in the account and region. It outlives the stack, as other stacks' logs depend on it. */
function apiLogging(name: string, parent: pulumi.Resource): aws.apigateway.Account {
  const role = serviceRole(
    name,
    { service: "apigateway.amazonaws.com", grants: [LOGGING], retainOnDelete: true },
    parent,
  );
  return new aws.apigateway.Account(
    `${name}-account`,
    { cloudwatchRoleArn: role.arn },
    { parent, retainOnDelete: true, dependsOn: role.policy },
  );
}
