import { ApiLoggingRole } from "./infra/aws/api-logging-role.ts";
import { CustomerApi } from "./infra/customer-api.ts";
import { IngestApi } from "./infra/ingest-api.ts";
import { Monitoring } from "./infra/monitoring.ts";
import { OrderPipeline } from "./infra/order-pipeline.ts";
import { OrderTables } from "./infra/orders/tables.ts";
import { deadLetterQueueUrlsOf, functionNamesOf, logGroupNamesOf } from "./infra/physical-names.ts";
import { readSettings } from "./infra/settings.ts";
import { Workflow } from "./infra/workflow.ts";

const settings = readSettings();

const loggingRole = settings.api.manageLoggingRole ? new ApiLoggingRole("api-logging") : undefined;
const customers = new CustomerApi("customers", { loggingRole, settings });
const ingest = new IngestApi("ingest", { loggingRole, settings });
const orderTables = new OrderTables("orders", { settings });
const workflow = new Workflow("workflow", {
  customersTable: customers.table,
  orderTables,
  settings,
});
const orders = new OrderPipeline("orders", {
  tables: orderTables,
  workflow: workflow.orders.machine,
  loggingRole,
  settings,
});

const components = [customers, orderTables, orders, ingest, workflow];
const monitoring = new Monitoring("monitoring", { components, settings });
if (settings.monitoring.auditTrail) {
  // Loaded only where it is asked for: its package takes as long to load as all the rest.
  const { auditTrail } = await import("./infra/monitoring/audit-trail.ts");
  auditTrail("monitoring", monitoring);
}

export const customersApiUrl = customers.url;
export const customersApiKey = customers.key;
export const customersTableName = customers.table.name;

export const ordersApiUrl = orders.url;
export const ordersApiKey = orders.key;
export const ordersHttpApiUrl = orders.httpUrl;
export const ordersTableName = orderTables.orders.name;
export const paymentsTableName = orderTables.payments.name;
export const ordersQueueUrl = orders.queue.url;
export const ordersDlqUrl = orders.deadLetterQueue.url;
export const ordersTopicArn = orders.topic.arn;

export const ingestApiUrl = ingest.url;
export const ingestApiKey = ingest.key;
export const ingestTableName = ingest.table.name;

export const customersWorkflowArn = workflow.customers.machine.arn;
export const orderWorkflowArn = workflow.orders.machine.arn;
export const customerCreatedRuleName = workflow.customers.createdRule.name;
export const customerScanRuleName = workflow.customers.scanRule.name;

const functions = {
  ...customers.functions,
  ...orders.functions,
  ...ingest.functions,
  ...workflow.customers.functions,
  ...workflow.orders.functions,
};

export const functionNames = functionNamesOf(functions);
export const logGroupNames = logGroupNamesOf(functions, {
  ...customers.gatewayLogs,
  ...orders.gatewayLogs,
  ...ingest.gatewayLogs,
  customersWorkflow: workflow.customers.logs,
  orderWorkflow: workflow.orders.logs,
});
export const deadLetterQueueUrls = deadLetterQueueUrlsOf(components);

export const alertsTopicArn = monitoring.alerts.arn;
export const dashboardUrl = monitoring.dashboardUrl;
