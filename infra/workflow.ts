import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type CustomersWorkflow, customersWorkflow } from "./customers-workflow.ts";
import type { Settings } from "./settings.ts";

/** What the workflows work on. */
export interface WorkflowArgs {
  /** Table that the customers workflow registers customers in. The caller owns it. */
  customersTable: aws.dynamodb.Table;
  settings: Pick<Settings, "customers" | "logs">;
}

/** The state machines, their steps, and what starts them. */
export class Workflow extends pulumi.ComponentResource {
  readonly customers: CustomersWorkflow;

  constructor(name: string, args: WorkflowArgs, opts?: pulumi.ComponentResourceOptions) {
    super("commerce:infra:Workflow", name, {}, opts);
    const { customersTable, settings } = args;

    this.customers = customersWorkflow(name, { customersTable, settings }, this);

    this.registerOutputs({ customers: this.customers.machine.arn });
  }
}
