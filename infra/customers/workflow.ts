import { readFileSync } from "node:fs";
import type * as aws from "@pulumi/aws";
import { tableAccess } from "../aws/access.ts";
import type { Foundation } from "../aws/foundation.ts";
import type { WorkflowDefinition } from "../workflow.ts";

/** What the registration of customers works on. */
export interface CustomerRegistrationArgs {
  customers: aws.dynamodb.Table;
  foundation: Foundation;
}

/** Registers a customer once, by `{"id": …}`: each one that is announced, and any other that is started by hand. */
export function customerRegistration({
  customers,
  foundation,
}: CustomerRegistrationArgs): WorkflowDefinition<"created" | "scan"> {
  return {
    definition: readFileSync(new URL("./workflow.asl.json", import.meta.url), "utf8"),
    steps: {
      ValidateExists: {
        entry: "handlers/customers/validate-exists.ts",
        description: "Validates the input and looks up the customer",
        uses: [tableAccess(customers, ["GetItem"], "CUSTOMERS_TABLE")],
      },
      LogEvent: {
        entry: "handlers/customers/log-event.ts",
        description: "Logs that the customer was already registered",
      },
      InsertId: {
        entry: "handlers/customers/insert-id.ts",
        description: "Registers a customer",
        uses: [tableAccess(customers, ["UpdateItem"], "CUSTOMERS_TABLE")],
      },
    },
    rules: {
      created: {
        name: foundation.fixedName("customer-created-to-sfn"),
        description: "Starts the customers workflow for each new customer",
        eventPattern: JSON.stringify({
          source: [foundation.fixedName("customer.api")],
          "detail-type": ["CustomerCreated"],
        }),
        inputPath: "$.detail",
        // AWS overwrites a rule of the same name silently. A second stack in this account and region has to fail at the
        // table first, before it takes over the rules of this one.
        after: customers,
      },
      scan: {
        name: foundation.fixedName("customer-scan-schedule"),
        description: "Starts the customers workflow every five minutes as a heartbeat",
        scheduleExpression: "rate(5 minutes)",
        state: foundation.settings.customers.heartbeat ? "ENABLED" : "DISABLED",
        input: JSON.stringify({ id: "scheduled-check" }),
        after: customers,
      },
    },
  };
}
