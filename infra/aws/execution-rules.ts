import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { startAccess } from "./access.ts";
import type { Component } from "./component.ts";
import { keyGrants } from "./encryption.ts";
import { deadLetterQueue } from "./queue.ts";
import { serviceRole } from "./role.ts";

/** A rule that starts executions of a state machine, and their input: the event, a part of it, or a constant. */
export interface ExecutionRule
  extends Pick<
    aws.cloudwatch.EventRuleArgs,
    "name" | "description" | "eventPattern" | "scheduleExpression" | "state"
  > {
  inputPath?: string;
  input?: string;
  /** What has to exist before the rule. */
  after?: pulumi.Resource;
}

/** The state machine and the rules that start it. */
export interface ExecutionRulesArgs<Name extends string> {
  machine: aws.sfn.StateMachine;
  rules: Record<Name, ExecutionRule>;
}

const ONE_DAY = 24 * 60 * 60;

/** Rules that start executions. What could not be started for a day goes to a dead-letter queue. */
export function executionRules<Name extends string>(
  name: string,
  { machine, rules }: ExecutionRulesArgs<Name>,
  parent: Component,
): Record<Name, aws.cloudwatch.EventRule> {
  const wanted = Object.entries<ExecutionRule>(rules);
  const created = wanted.map(([occasion, { inputPath, input, after, ...rule }]) => ({
    occasion,
    target: { inputPath, input },
    rule: new aws.cloudwatch.EventRule(`${name}-${occasion}`, rule, { parent, dependsOn: after }),
  }));
  const grants = [...startAccess(machine).grants, ...keyGrants(parent.foundation.key)];
  const role = serviceRole(`${name}-start`, { service: "events.amazonaws.com", grants }, parent);
  const sourceArns = created.map(({ rule }) => rule.arn);
  const deadLetters = deadLetterQueue(
    `${name}-start`,
    { senders: [{ service: "events.amazonaws.com", sourceArns }] },
    parent,
  );
  for (const { occasion, rule, target } of created) {
    new aws.cloudwatch.EventTarget(
      `${name}-start-${occasion}`,
      {
        ...target,
        rule: rule.name,
        arn: machine.arn,
        roleArn: role.arn,
        // The highest values that EventBridge offers.
        retryPolicy: { maximumEventAgeInSeconds: ONE_DAY, maximumRetryAttempts: 185 },
        deadLetterConfig: { arn: deadLetters.arn },
      },
      { parent, dependsOn: role.policy },
    );
  }
  return Object.fromEntries(created.map(({ occasion, rule }) => [occasion, rule])) as Record<
    Name,
    aws.cloudwatch.EventRule
  >;
}
