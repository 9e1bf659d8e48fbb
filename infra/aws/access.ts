import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Grant } from "./role.ts";

/** What a function may do with a resource, and the environment variable with the name of that resource. */
export interface Access {
  grants: Grant[];
  environment?: Record<string, pulumi.Input<string>>;
}

/** Access to a table's items, e.g. `tableAccess(orders, ["GetItem"], "ORDERS_TABLE")`. */
export function tableAccess(
  table: aws.dynamodb.Table,
  actions: string[],
  variable?: string,
): Access {
  return {
    grants: [{ actions: inService("dynamodb", actions), resources: [table.arn] }],
    ...told(variable, table.name),
  };
}

/** Access to an index of a table. The variable holds the table's name, which is what a query names. */
export function indexAccess(
  table: aws.dynamodb.Table,
  index: string,
  actions: string[],
  variable?: string,
): Access {
  return {
    grants: [
      {
        actions: inService("dynamodb", actions),
        resources: [pulumi.interpolate`${table.arn}/index/${index}`],
      },
    ],
    ...told(variable, table.name),
  };
}

/** Sends messages to a queue. */
export function sendAccess(queue: aws.sqs.Queue, variable?: string): Access {
  return {
    grants: [{ actions: ["sqs:SendMessage"], resources: [queue.arn] }],
    ...told(variable, queue.url),
  };
}

/** Publishes to a topic. */
export function publishAccess(topic: aws.sns.Topic, variable?: string): Access {
  return {
    grants: [{ actions: ["sns:Publish"], resources: [topic.arn] }],
    ...told(variable, topic.arn),
  };
}

/** Puts events on an event bus. */
export function busAccess(busArn: pulumi.Output<string>): Access {
  return { grants: [{ actions: ["events:PutEvents"], resources: [busArn] }] };
}

/** Starts executions of a state machine. */
export function startAccess(machine: aws.sfn.StateMachine, variable?: string): Access {
  return {
    grants: [{ actions: ["states:StartExecution"], resources: [machine.arn] }],
    ...told(variable, machine.arn),
  };
}

/** Reads the state of a machine's executions whose names begin with `prefix`. The variable holds the machine's ARN. */
export function executionAccess(
  machine: aws.sfn.StateMachine,
  prefix: string,
  variable?: string,
): Access {
  const executions = machine.arn.apply((arn) => arn.replace(":stateMachine:", ":execution:"));
  return {
    grants: [
      {
        actions: ["states:DescribeExecution"],
        resources: [pulumi.interpolate`${executions}:${prefix}*`],
      },
    ],
    ...told(variable, machine.arn),
  };
}

/** Reads a table's stream. Streams are listed for the whole account: DynamoDB has no resource-level permission for it. */
export function streamAccess(table: aws.dynamodb.Table): Access {
  const actions = ["DescribeStream", "GetRecords", "GetShardIterator"];
  return {
    grants: [
      { actions: inService("dynamodb", actions), resources: [table.streamArn] },
      { actions: ["dynamodb:ListStreams"], resources: ["*"] },
    ],
  };
}

/** Receives messages from a queue, as Lambda does for a function. */
export function receiveAccess(queue: aws.sqs.Queue): Access {
  const actions = ["DeleteMessage", "GetQueueAttributes", "ReceiveMessage"];
  return { grants: [{ actions: inService("sqs", actions), resources: [queue.arn] }] };
}

function inService(service: string, actions: string[]): string[] {
  return actions.map((action) => `${service}:${action}`);
}

function told(variable: string | undefined, value: pulumi.Output<string>): Partial<Access> {
  return variable ? { environment: { [variable]: value } } : {};
}
