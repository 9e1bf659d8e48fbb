import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type Grant, serviceRole } from "./role.ts";

// What API Gateway asks for before it accepts the role; the role serves every API of the account.
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

/**
 * The one role with which API Gateway writes the logs of every API in the account and region. It stays when the
 * stack goes: other stacks' logs depend on it.
 */
export class ApiLoggingRole extends pulumi.ComponentResource {
  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super("commerce:infra:ApiLoggingRole", name, {}, opts);
    const kept = { parent: this, retainOnDelete: true };
    const role = serviceRole(name, "apigateway.amazonaws.com", [LOGGING], kept);
    new aws.apigateway.Account(
      `${name}-account`,
      { cloudwatchRoleArn: role.arn },
      { ...kept, dependsOn: role.policy },
    );
    this.registerOutputs({});
  }
}
