import * as aws from "@pulumi/aws";
import type { Component } from "./component.ts";
import type { FunctionTarget } from "./inventory.ts";

/** The alias that traffic goes to, where a stack has aliases. */
const LIVE = "live";

/**
 * What others invoke of a function. With `delivery:alias` it is an alias, which Pulumi creates and then leaves alone: a
 * deployment publishes a version, and `npm run shift` moves traffic to it.
 */
export function functionTarget(
  name: string,
  lambda: aws.lambda.Function,
  parent: Component,
): FunctionTarget {
  if (!parent.foundation.settings.delivery.alias) {
    return { arn: lambda.arn, invokeArn: lambda.invokeArn, functionName: lambda.name };
  }
  const alias = new aws.lambda.Alias(
    `${name}-${LIVE}`,
    { name: LIVE, functionName: lambda.name, functionVersion: lambda.version },
    { parent, ignoreChanges: ["description", "functionVersion", "routingConfig"] },
  );
  const { arn, invokeArn } = alias;
  return { arn, invokeArn, functionName: lambda.name, qualifier: alias.name };
}

/** The inputs with which a permission or an invocation setting names a target. */
export function named({ functionName, qualifier }: FunctionTarget) {
  return { functionName, ...(qualifier && { qualifier }) };
}
