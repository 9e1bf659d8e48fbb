import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { sendAccess } from "./aws/access.ts";
import { Component } from "./aws/component.ts";
import { type ExecutionRule, executionRules } from "./aws/execution-rules.ts";
import type { Foundation } from "./aws/foundation.ts";
import { type FunctionArgs, handlerFunctions, nameOf } from "./aws/function.ts";
import { deadLetterQueue } from "./aws/queue.ts";
import { type QueueFunctionArgs, queueFunction } from "./aws/queue-function.ts";
import { type ScheduledFunctionArgs, scheduledFunction } from "./aws/scheduled-function.ts";
import { stateMachine } from "./aws/state-machine.ts";

/** A state machine: its definition, its steps, and what starts it. */
export interface WorkflowDefinition<Rule extends string = never> {
  /** File of the definition, in which e.g. `${ReserveStockFunctionArn}` stands for the function of a step. */
  file: URL;
  /** The function of each step. */
  steps: Record<string, FunctionArgs>;
  /** Queues in which executions wait for a person, by placeholder, e.g. `{ ParkedQueueUrl: "parked" }`. */
  waitingQueues?: Record<string, string>;
  /** EventBridge rules that start executions. */
  rules?: Record<Rule, ExecutionRule>;
  /** Functions that start executions. */
  starters?(machine: aws.sfn.StateMachine): StarterArgs[];
}

/** A function that starts executions: it handles a queue, or runs on a schedule. */
export type StarterArgs = QueueFunctionArgs | ScheduledFunctionArgs;

/** What a workflow depends on. */
export interface WorkflowArgs<Rule extends string> {
  foundation: Foundation;
  definition: WorkflowDefinition<Rule>;
}

/** One state machine with its steps, its role, its logs and what starts it. */
export class Workflow<Rule extends string = never> extends Component {
  readonly machine: aws.sfn.StateMachine;
  readonly rules: Record<Rule, aws.cloudwatch.EventRule>;

  constructor(
    name: string,
    { foundation, definition }: WorkflowArgs<Rule>,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("Workflow", name, foundation, opts);
    const { file, steps, waitingQueues = {}, rules, starters } = definition;

    const queues = Object.entries(waitingQueues).map(
      ([placeholder, queue]) =>
        [placeholder, deadLetterQueue(`${name}-${queue}`, {}, this)] as const,
    );
    this.machine = stateMachine(
      name,
      {
        definition: file,
        steps: handlerFunctions(name, steps, this),
        values: Object.fromEntries(queues.map(([placeholder, { url }]) => [placeholder, url])),
        grants: queues.flatMap(([, queue]) => sendAccess(queue).grants),
      },
      this,
    );
    this.rules = rules
      ? executionRules(name, { machine: this.machine, rules }, this)
      : ({} as Record<Rule, aws.cloudwatch.EventRule>);
    for (const starter of starters?.(this.machine) ?? []) {
      const starterName = nameOf(name, starter.entry);
      if ("queue" in starter) queueFunction(starterName, starter, this);
      else scheduledFunction(starterName, starter, this);
    }

    this.registerOutputs({ machine: this.machine.arn });
  }
}
