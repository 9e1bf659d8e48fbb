import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { sendAccess, startAccess } from "./aws/access.ts";
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
  /** The definition, in which e.g. `${ReserveStockFunctionArn}` stands for the function of a step. */
  definition: string;
  /**
   * Runs the workflow as an Express one with this definition, in which `${RecoveryArn}` stands for a Standard machine that
   * it hands over to: the one of `definition`.
   */
  express?: string;
  /** The function of each step. */
  steps: Record<string, FunctionArgs>;
  /** Queues in which executions wait for a person, by placeholder, e.g. `{ ParkedQueueUrl: "parked" }`. */
  waitingQueues?: Record<string, string>;
  /** EventBridge rules that start executions. */
  rules?: Record<Rule, ExecutionRule>;
  /**
   * Functions that start executions.
   *
   * @param recovery the machine whose executions can be asked for: the same one, unless the workflow is an Express one.
   */
  starters?(machine: aws.sfn.StateMachine, recovery: aws.sfn.StateMachine): StarterArgs[];
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
  /** The machine that waits for people: the same one, unless the workflow is an Express one. */
  readonly recovery: aws.sfn.StateMachine;
  readonly rules: Record<Rule, aws.cloudwatch.EventRule>;

  constructor(
    name: string,
    { foundation, definition }: WorkflowArgs<Rule>,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("Workflow", name, foundation, opts);
    const { express, steps, waitingQueues = {}, rules, starters } = definition;

    const queues = Object.entries(waitingQueues).map(
      ([placeholder, queue]) =>
        [placeholder, deadLetterQueue(`${name}-${queue}`, {}, this)] as const,
    );
    const functions = handlerFunctions(name, steps, this);
    this.recovery = stateMachine(
      express ? `${name}-recovery` : name,
      {
        definition: definition.definition,
        steps: functions,
        values: Object.fromEntries(queues.map(([placeholder, { url }]) => [placeholder, url])),
        grants: queues.flatMap(([, queue]) => sendAccess(queue).grants),
      },
      this,
    );
    this.machine = express
      ? stateMachine(
          name,
          {
            type: "EXPRESS",
            definition: express,
            steps: functions,
            values: { RecoveryArn: this.recovery.arn },
            grants: startAccess(this.recovery).grants,
          },
          this,
        )
      : this.recovery;
    this.rules = rules
      ? executionRules(name, { machine: this.machine, rules }, this)
      : ({} as Record<Rule, aws.cloudwatch.EventRule>);
    for (const starter of starters?.(this.machine, this.recovery) ?? []) {
      const starterName = nameOf(name, starter.entry);
      if ("queue" in starter) queueFunction(starterName, starter, this);
      else scheduledFunction(starterName, starter, this);
    }

    this.registerOutputs({ machine: this.machine.arn });
  }
}
