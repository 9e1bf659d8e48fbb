import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { accountId } from "./account.ts";

/** Actions that a role may take, and on what. */
export interface Grant {
  actions: string[];
  resources: pulumi.Input<string>[];
}

/** A role with its permissions. What uses the role depends on the policy, or it may start before it may act. */
export interface ServiceRole {
  arn: pulumi.Output<string>;
  policy: aws.iam.RolePolicy;
}

/** Sends traces. X-Ray knows no resources to name. */
export const TRACING: Grant = {
  actions: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
  resources: ["*"],
};

// These say for whom they act, so that nobody else's resources can borrow the role. Of Lambda, and of API Gateway where
// it writes logs, that is not documented.
const NAMES_ITS_ACCOUNT = new Set([
  "events.amazonaws.com",
  "pipes.amazonaws.com",
  "states.amazonaws.com",
]);

/** A role that one AWS service assumes on behalf of this account, with exactly the permissions given. */
export function serviceRole(
  name: string,
  service: `${string}.amazonaws.com`,
  grants: Grant[],
  opts: pulumi.CustomResourceOptions,
): ServiceRole {
  const role = new aws.iam.Role(
    `${name}-role`,
    { assumeRolePolicy: pulumi.jsonStringify(policy([trust(service)])) },
    opts,
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
      opts,
    ),
  };
}

function trust(service: string): object {
  const statement = { Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" };
  if (!NAMES_ITS_ACCOUNT.has(service)) return statement;
  return { ...statement, Condition: { StringEquals: { "aws:SourceAccount": accountId() } } };
}

function policy(statements: object[]): object {
  return { Version: "2012-10-17", Statement: statements };
}
