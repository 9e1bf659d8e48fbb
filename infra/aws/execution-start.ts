import * as aws from "@pulumi/aws";
import { deadLetterQueue } from "./queue.ts";
import { serviceRole } from "./role.ts";
import type { WatchedComponent } from "./watched.ts";

/** A rule, and what of its event an execution gets as input: all of it, a part, or a constant. */
export interface ExecutionStart {
  rule: aws.cloudwatch.EventRule;
  inputPath?: string;
  input?: string;
}

const ONE_DAY = 24 * 60 * 60;

/** Lets rules start executions. A start that fails for a day is put down in a dead-letter queue. */
export function startByRules(
  name: string,
  machine: aws.sfn.StateMachine,
  parent: WatchedComponent,
  starts: Record<string, ExecutionStart>,
): void {
  const grant = { actions: ["states:StartExecution"], resources: [machine.arn] };
  const role = serviceRole(name, "events.amazonaws.com", [grant], { parent });
  const failures = deadLetterQueue(name, parent, [
    {
      service: "events.amazonaws.com",
      sourceArns: Object.values(starts).map(({ rule }) => rule.arn),
    },
  ]);
  for (const [occasion, { rule, ...input }] of Object.entries(starts)) {
    new aws.cloudwatch.EventTarget(
      `${name}-${occasion}`,
      {
        rule: rule.name,
        arn: machine.arn,
        roleArn: role.arn,
        ...input,
        // As long and as often as EventBridge offers.
        retryPolicy: { maximumEventAgeInSeconds: ONE_DAY, maximumRetryAttempts: 185 },
        deadLetterConfig: { arn: failures.arn },
      },
      { parent, dependsOn: role.policy },
    );
  }
}
