import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** A service that publishes on its own account, not with a role, and under which condition it may. */
export interface TopicPublisher {
  service: `${string}.amazonaws.com`;
  condition: Record<string, Record<string, pulumi.Input<string>>>;
}

/** A topic that is published to over TLS only: by roles that may, and by these services. */
export function topic(
  name: string,
  args: aws.sns.TopicArgs,
  parent: pulumi.Resource,
  publishers: TopicPublisher[] = [],
): aws.sns.Topic {
  const created = new aws.sns.Topic(`${name}-topic`, { signatureVersion: 2, ...args }, { parent });
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
  return created;
}
