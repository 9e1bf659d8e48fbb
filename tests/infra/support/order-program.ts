import pulumi from "@pulumi/pulumi";
import { OrderPipeline } from "../../../infra/order-pipeline.ts";
import { OrderTables } from "../../../infra/orders/tables.ts";
import { readSettings } from "../../../infra/settings.ts";
import { type Registrations, type RunSettings, registrationsOf } from "./registrations.ts";

/** The workflow that the pipeline of {@link orderProgram} starts. */
export const WORKFLOW_ARN = "arn:aws:states:eu-central-1:111122223333:stateMachine:workflow-orders";

/** What the pipeline registers, and its tables. */
export function orderProgram(settings?: RunSettings): Promise<Registrations> {
  return registrationsOf(() => {
    const settings = readSettings();
    const workflow = { arn: pulumi.output(WORKFLOW_ARN) };
    const tables = new OrderTables("order-tables", { settings });
    return new OrderPipeline("orders", { tables, workflow, loggingRole: undefined, settings });
  }, settings);
}
