import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** The stack's account. */
export function accountId(): pulumi.Output<string> {
  return aws.getCallerIdentityOutput().accountId;
}

/** ARN of the event bus that every account has, and that schedules run on. */
export function defaultBusArn(): pulumi.Output<string> {
  const { partition } = aws.getPartitionOutput();
  const { region } = aws.getRegionOutput();
  return pulumi.interpolate`arn:${partition}:events:${region}:${accountId()}:event-bus/default`;
}
