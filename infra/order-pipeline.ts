import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { Component } from "./aws/component.ts";
import type { Foundation } from "./aws/foundation.ts";
import type { WorkQueue } from "./aws/queue.ts";
import { orderAnnouncements } from "./orders/announcements.ts";
import { orderDoors } from "./orders/doors.ts";
import { orderQueue } from "./orders/queue.ts";
import { type OrderTables, orderTables } from "./orders/tables.ts";

/** What the order pipeline depends on. */
export interface OrderPipelineArgs {
  foundation: Foundation;
  /** Origin of the storefront, whose pages may call the HTTP API. */
  storefrontUrl?: pulumi.Output<string> | undefined;
}

/** Takes orders in through three doors, stores and queues them for their workflow, and announces their changes. */
export class OrderPipeline extends Component {
  readonly url: pulumi.Output<string>;
  /** Secret. */
  readonly key: pulumi.Output<string>;
  /** URL of the open HTTP API. */
  readonly httpUrl: pulumi.Output<string>;
  readonly tables: OrderTables;
  /** The queue of orders, and its dead-letter queue. */
  readonly queue: WorkQueue;
  readonly topic: aws.sns.Topic;

  constructor(
    name: string,
    { foundation, storefrontUrl }: OrderPipelineArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("OrderPipeline", name, foundation, opts);

    this.tables = orderTables(name, this);
    const { orders } = this.tables;
    this.queue = orderQueue(name, { orders }, this);
    const doors = { orders, queue: this.queue.queue, storefrontUrl };
    const { url, key, httpUrl } = orderDoors(name, doors, this);
    this.url = url;
    this.key = key;
    this.httpUrl = httpUrl;
    this.topic = orderAnnouncements(name, { orders }, this);

    this.registerOutputs({
      url: this.url,
      key: this.key,
      httpUrl: this.httpUrl,
      table: orders.name,
      queueUrl: this.queue.queue.url,
      topicArn: this.topic.arn,
    });
  }
}
