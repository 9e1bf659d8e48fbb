import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { accountId } from "./account.ts";
import type { Component } from "./component.ts";

/** A service that publishes as itself, not with a role, and the condition under which it may. */
export interface TopicPublisher {
  service: `${string}.amazonaws.com`;
  condition: Record<string, Record<string, pulumi.Input<string>>>;
}

/** The settings of one topic. */
export interface TopicArgs
  extends Pick<aws.sns.TopicArgs, "displayName" | "kmsMasterKeyId" | "tracingConfig"> {
  publishers?: TopicPublisher[];
}

/** A topic that accepts messages over TLS only: from roles with the permission, and from the given services. */
export function topic(
  name: string,
  { publishers = [], ...args }: TopicArgs,
  parent: Component,
): aws.sns.Topic {
  const { key } = parent.foundation;
  const created = new aws.sns.Topic(
    `${name}-topic`,
    { signatureVersion: 2, ...(key && { kmsMasterKeyId: key.arn }), ...args },
    { parent },
  );
  const denyPlainHttp = {
    Effect: "Deny",
    Principal: "*",
    Action: "sns:Publish",
    Resource: created.arn,
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
  const allow = ({ service, condition }: TopicPublisher) => ({
    Effect: "Allow",
    Principal: { Service: service },
    Action: "sns:Publish",
    Resource: created.arn,
    Condition: condition,
  });
  const policy = { Version: "2012-10-17", Statement: [denyPlainHttp, ...publishers.map(allow)] };
  new aws.sns.TopicPolicy(
    `${name}-topic-policy`,
    { arn: created.arn, policy: pulumi.jsonStringify(policy) },
    { parent },
  );
  if (args.tracingConfig === "Active") traceTopic(name, created, parent);
  return created;
}

/** X-Ray accepts a topic's traces only where its resource policy says so. */
function traceTopic(name: string, { arn }: aws.sns.Topic, parent: pulumi.Resource): void {
  const statement = {
    Effect: "Allow",
    Principal: { Service: "sns.amazonaws.com" },
    Action: ["xray:GetSamplingRules", "xray:GetSamplingTargets", "xray:PutTraceSegments"],
    Resource: "*",
    Condition: {
      StringEquals: { "aws:SourceAccount": accountId() },
      StringLike: { "aws:SourceArn": arn },
    },
  };
  new aws.xray.ResourcePolicy(
    `${name}-topic-tracing`,
    {
      policyName: `${pulumi.getProject()}-${pulumi.getStack()}-${name}-topic`,
      policyDocument: pulumi.jsonStringify({ Version: "2012-10-17", Statement: [statement] }),
    },
    { parent },
  );
}
