import * as aws from "@pulumi/aws";
import { startByRules } from "../aws/execution-start.ts";
import { type HandlerFunction, handlerFunction } from "../aws/function.ts";
import { type LoggedStateMachine, stateMachine } from "../aws/state-machine.ts";
import type { WatchedComponent } from "../aws/watched.ts";
import type { Settings } from "../settings.ts";

/** What the customers workflow works on. */
export interface CustomersWorkflowArgs {
  customersTable: aws.dynamodb.Table;
  settings: Pick<Settings, "customers" | "logs">;
}

/** A state machine that registers a customer once, by `{"id": …}`. */
export interface CustomersWorkflow extends LoggedStateMachine {
  /** The steps, by job. */
  functions: Record<string, HandlerFunction>;
  /** Starts a run for each customer that is announced. */
  createdRule: aws.cloudwatch.EventRule;
  /** Starts a run every five minutes, if the settings say so. */
  scanRule: aws.cloudwatch.EventRule;
}

/** Registers customers: each one that is announced, and by hand any other. */
export function customersWorkflow(
  name: string,
  { customersTable, settings }: CustomersWorkflowArgs,
  parent: WatchedComponent,
): CustomersWorkflow {
  const logRetentionDays = settings.logs.retentionDays;
  const onTable = (action: string) => ({
    environment: { CUSTOMERS_TABLE: customersTable.name },
    grants: [{ actions: [action], resources: [customersTable.arn] }],
  });
  const step = (job: string, description: string, access: Partial<ReturnType<typeof onTable>>) =>
    handlerFunction(
      `${name}-${job}`,
      {
        entry: `handlers/customers/${job}.ts`,
        description,
        timeoutSeconds: 10,
        logRetentionDays,
        ...access,
      },
      parent,
    );

  const functions = {
    validateExists: step(
      "validate-exists",
      "Checks the input of a run and looks the customer up",
      onTable("dynamodb:GetItem"),
    ),
    logEvent: step("log-event", "Records that a customer was registered before", {}),
    insertId: step("insert-id", "Registers a customer", onTable("dynamodb:UpdateItem")),
  };
  const { machine, logs } = stateMachine(
    `${name}-customers`,
    {
      definition: new URL("./workflow.asl.json", import.meta.url),
      functions: {
        ValidateExistsFunctionArn: functions.validateExists,
        LogEventFunctionArn: functions.logEvent,
        InsertIdFunctionArn: functions.insertId,
      },
      logRetentionDays,
    },
    parent,
  );

  // AWS overwrites a rule of the same name without a word. A second stack in this account and region has to fail
  // at the table first, before it takes over the rules of this one.
  const afterTable = { parent, dependsOn: customersTable };
  const createdRule = new aws.cloudwatch.EventRule(
    `${name}-customer-created`,
    {
      name: "customer-created-to-sfn",
      description: "Starts the customers workflow for each new customer",
      eventPattern: JSON.stringify({
        source: ["customer.api"],
        "detail-type": ["CustomerCreated"],
      }),
    },
    afterTable,
  );
  const scanRule = new aws.cloudwatch.EventRule(
    `${name}-customer-scan`,
    {
      name: "customer-scan-schedule",
      description: "Starts the customers workflow every five minutes, to show that it lives",
      scheduleExpression: "rate(5 minutes)",
      state: settings.customers.heartbeat ? "ENABLED" : "DISABLED",
    },
    afterTable,
  );
  startByRules(`${name}-customers-start`, machine, parent, {
    created: { rule: createdRule, inputPath: "$.detail" },
    scan: { rule: scanRule, input: JSON.stringify({ id: "scheduled-check" }) },
  });

  return { machine, logs, functions, createdRule, scanRule };
}
