import * as pulumi from "@pulumi/pulumi";
import { Foundation } from "./infra/aws/foundation.ts";
import { Inventory } from "./infra/aws/inventory.ts";
import { CustomerApi } from "./infra/customer-api.ts";
import { customerRegistration } from "./infra/customers/workflow.ts";
import { IngestApi } from "./infra/ingest-api.ts";
import { Monitoring } from "./infra/monitoring.ts";
import { OrderPipeline } from "./infra/order-pipeline.ts";
import { orderSaga } from "./infra/orders/workflow.ts";
import { readSettings } from "./infra/settings.ts";
import { Storefront } from "./infra/storefront.ts";
import { Workflow } from "./infra/workflow.ts";

const settings = readSettings();
const foundation = new Foundation("foundation", settings);

const customers = new CustomerApi("customers", { foundation });
const customersWorkflow = new Workflow("customers-workflow", {
  foundation,
  definition: customerRegistration({ customers: customers.table, foundation }),
});

const storefront = settings.storefront.enabled
  ? new Storefront("storefront", { foundation })
  : undefined;
const orders = new OrderPipeline("orders", { foundation, storefrontUrl: storefront?.url });
await storefront?.publish({ ordersApi: orders.httpUrl });
const orderWorkflow = new Workflow("order-workflow", {
  foundation,
  definition: orderSaga({ tables: orders.tables, queue: orders.queue, settings }),
});

const ingest = new IngestApi("ingest", { foundation });

const inventory = Inventory.of([customers, customersWorkflow, orders, orderWorkflow, ingest]);
const monitoring = new Monitoring("monitoring", { foundation, inventory });
if (settings.monitoring.auditTrail) {
  // Imported only where it is needed: its package takes as long to load as all the others.
  const { auditTrail } = await import("./infra/monitoring/audit-trail.ts");
  auditTrail("monitoring", monitoring);
}

export const customersApiUrl = customers.url;
export const customersApiKey = customers.key;
export const customersTableName = customers.table.name;
export const customersWorkflowArn = customersWorkflow.machine.arn;
export const customerCreatedRuleName = customersWorkflow.rules.created.name;
export const customerScanRuleName = customersWorkflow.rules.scan.name;

export const ordersApiUrl = orders.url;
export const ordersApiKey = orders.key;
export const ordersHttpApiUrl = orders.httpUrl;
export const ordersTableName = orders.tables.orders.name;
export const paymentsTableName = orders.tables.payments.name;
export const ordersQueueUrl = orders.queue.queue.url;
export const ordersDlqUrl = orders.queue.deadLetters.url;
export const ordersTopicArn = orders.topic.arn;
export const orderWorkflowArn = orderWorkflow.machine.arn;
/** The machine whose executions can be described; with `orders:workflow` standard the same one. */
export const orderRecoveryArn = orderWorkflow.recovery.arn;

/** URL of the storefront; null if the settings disable it. */
export const storefrontUrl = storefront?.url ?? null;

export const ingestApiUrl = ingest.url;
export const ingestApiKey = ingest.key;
export const ingestTableName = ingest.table.name;

/** Target of the DNS record of `api:domainName`. */
export const domainTarget = foundation.domain?.target ?? null;
/** Origins whose pages may read the APIs' responses. */
export const { corsOrigins } = settings.api;

/** Every key by API and consumer: `npm run keys -- list`. */
export const apiKeys = pulumi.secret(inventory.apiKeyValues());

export const alertsTopicArn = monitoring.alerts.arn;
export const dashboardUrl = monitoring.dashboardUrl;

const everything = Inventory.of([{ inventory }, monitoring]);
export const functionNames = everything.functionNames();
export const logGroupNames = everything.logGroupNames();
export const deadLetterQueueUrls = everything.deadLetterQueueUrls();
