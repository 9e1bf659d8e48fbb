import { ApiLoggingRole } from "./infra/api-logging-role.ts";
import { CustomerApi } from "./infra/customer-api.ts";
import { IngestApi } from "./infra/ingest-api.ts";
import { functionNamesOf, logGroupNamesOf } from "./infra/physical-names.ts";
import { readSettings } from "./infra/settings.ts";
import { Workflow } from "./infra/workflow.ts";

const settings = readSettings();

const loggingRole = settings.api.manageLoggingRole ? new ApiLoggingRole("api-logging") : undefined;
const customers = new CustomerApi("customers", { loggingRole, settings });
const ingest = new IngestApi("ingest", { loggingRole, settings });
const workflow = new Workflow("workflow", { customersTable: customers.table, settings });

export const customersApiUrl = customers.url;
export const customersApiKey = customers.key;
export const customersTableName = customers.table.name;

export const ingestApiUrl = ingest.url;
export const ingestApiKey = ingest.key;
export const ingestTableName = ingest.table.name;

export const customersWorkflowArn = workflow.customers.machine.arn;
export const customerCreatedRuleName = workflow.customers.createdRule.name;
export const customerScanRuleName = workflow.customers.scanRule.name;

const functions = {
  ...customers.functions,
  ...ingest.functions,
  ...workflow.customers.functions,
};

export const functionNames = functionNamesOf(functions);
export const logGroupNames = logGroupNamesOf(functions, {
  ...customers.gatewayLogs,
  ...ingest.gatewayLogs,
  customersWorkflow: workflow.customers.logs,
});
