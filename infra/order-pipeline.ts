import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { HandlerFunction } from "./aws/function.ts";
import { WatchedComponent } from "./aws/watched.ts";
import { orderAnnouncements } from "./orders/announcements.ts";
import { orderDoors } from "./orders/doors.ts";
import { orderFunctions } from "./orders/functions.ts";
import { orderProcessing } from "./orders/processing.ts";
import type { OrderTables } from "./orders/tables.ts";
import type { Settings } from "./settings.ts";

/** What the order pipeline depends on. */
export interface OrderPipelineArgs {
  /** Where orders are kept. The caller owns it. */
  tables: Pick<OrderTables, "orders">;
  /** The workflow that is started for each order. */
  workflow: Pick<aws.sfn.StateMachine, "arn">;
  /** API Gateway's role for logs, where the stack manages it. */
  loggingRole: pulumi.Resource | undefined;
  settings: Pick<Settings, "api" | "logs" | "orders">;
}

/** Takes orders in through three doors, stores each once, starts its workflow once, and announces what becomes of it. */
export class OrderPipeline extends WatchedComponent {
  readonly url: pulumi.Output<string>;
  /** Secret. */
  readonly key: pulumi.Output<string>;
  /** URL of the open HTTP API. */
  readonly httpUrl: pulumi.Output<string>;
  readonly queue: aws.sqs.Queue;
  readonly deadLetterQueue: aws.sqs.Queue;
  readonly topic: aws.sns.Topic;
  /** By operation of the APIs, or by job. */
  readonly functions: Record<string, HandlerFunction>;
  /** Logs of the gateways: a line for each request, and their own errors. */
  readonly gatewayLogs: Record<string, aws.cloudwatch.LogGroup>;

  constructor(name: string, args: OrderPipelineArgs, opts?: pulumi.ComponentResourceOptions) {
    super("commerce:infra:OrderPipeline", name, {}, opts);
    const { workflow, loggingRole, settings } = args;
    const { orders } = args.tables;
    const create = orderFunctions(orders, settings, this);

    const processing = orderProcessing(name, { orders, workflow, create, settings }, this);
    this.queue = processing.queue;
    this.deadLetterQueue = processing.failures;

    const doors = orderDoors(
      name,
      { orders, queue: this.queue, create, loggingRole, settings },
      this,
    );
    this.url = doors.url;
    this.key = doors.key;
    this.httpUrl = doors.httpUrl;
    this.gatewayLogs = doors.gatewayLogs;

    const announcements = orderAnnouncements(name, { orders, create, settings }, this);
    this.topic = announcements.topic;

    this.functions = {
      ...doors.functions,
      ...processing.functions,
      ...announcements.functions,
    };
    this.registerOutputs({
      url: this.url,
      key: this.key,
      httpUrl: this.httpUrl,
      queueUrl: this.queue.url,
      topicArn: this.topic.arn,
    });
  }
}
