import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { WatchedComponent } from "./aws/watched.ts";
import { type CustomersWorkflow, customersWorkflow } from "./customers/workflow.ts";
import type { OrderTables } from "./orders/tables.ts";
import { type OrderWorkflow, orderWorkflow } from "./orders/workflow.ts";
import type { Settings } from "./settings.ts";

/** What the workflows work on. The caller owns the tables. */
export interface WorkflowArgs {
  /** Table that the customers workflow registers customers in. */
  customersTable: aws.dynamodb.Table;
  orderTables: Pick<OrderTables, "orders" | "payments">;
  settings: Pick<Settings, "customers" | "logs" | "orders">;
}

/** The state machines, their steps, and what starts them. */
export class Workflow extends WatchedComponent {
  readonly customers: CustomersWorkflow;
  readonly orders: OrderWorkflow;

  constructor(name: string, args: WorkflowArgs, opts?: pulumi.ComponentResourceOptions) {
    super("commerce:infra:Workflow", name, {}, opts);
    const { customersTable, orderTables: tables, settings } = args;

    this.customers = customersWorkflow(name, { customersTable, settings }, this);
    this.orders = orderWorkflow(name, { tables, settings }, this);

    this.registerOutputs({
      customers: this.customers.machine.arn,
      orders: this.orders.machine.arn,
    });
  }
}
