import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { accountId } from "./account.ts";

/** Actions that a role may take, and the resources that it may take them on. */
export interface Grant {
  actions: string[];
  resources: pulumi.Input<string>[];
}

/** The service that assumes a role, and what the role permits. */
export interface ServiceRoleArgs {
  service: `${string}.amazonaws.com`;
  grants: Grant[];
  /** Keeps the role when the stack is destroyed. */
  retainOnDelete?: boolean;
}

/** A role with its policy. What uses the role depends on the policy: it must not start before it has its permissions. */
export interface ServiceRole {
  arn: pulumi.Output<string>;
  policy: aws.iam.RolePolicy;
}

/** Sends traces. X-Ray has no resource-level permissions for this. */
export const TRACING: Grant = {
  actions: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
  resources: ["*"],
};

// These are documented to pass aws:SourceAccount when they assume a role.
const PASSES_SOURCE_ACCOUNT = new Set([
  "events.amazonaws.com",
  "pipes.amazonaws.com",
  "states.amazonaws.com",
]);

/** A role that one AWS service assumes on behalf of this account, with exactly the permissions given. */
export function serviceRole(
  name: string,
  { service, grants, retainOnDelete }: ServiceRoleArgs,
  parent: pulumi.Resource,
): ServiceRole {
  const options = { parent, retainOnDelete };
  const role = new aws.iam.Role(
    `${name}-role`,
    { assumeRolePolicy: pulumi.jsonStringify(policy([trust(service)])) },
    options,
  );
  const statements = grants.map(({ actions, resources }) => ({
    Effect: "Allow",
    Action: actions,
    Resource: resources,
  }));
  return {
    arn: role.arn,
    policy: new aws.iam.RolePolicy(
      `${name}-policy`,
      { role: role.name, policy: pulumi.jsonStringify(policy(statements)) },
      options,
    ),
  };
}

/** Keeps the resources of other accounts from borrowing the role. A service that passes no account is still allowed. */
function trust(service: string): object {
  const operator = PASSES_SOURCE_ACCOUNT.has(service) ? "StringEquals" : "StringEqualsIfExists";
  return {
    Effect: "Allow",
    Principal: { Service: service },
    Action: "sts:AssumeRole",
    Condition: { [operator]: { "aws:SourceAccount": accountId() } },
  };
}

function policy(statements: object[]): object {
  return { Version: "2012-10-17", Statement: statements };
}
