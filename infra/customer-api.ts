import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { defaultBusArn } from "./aws/account.ts";
import { apiKey } from "./aws/api-key.ts";
import { type HandlerFunction, handlerFunction } from "./aws/function.ts";
import { streamPipe } from "./aws/pipe.ts";
import { restApi } from "./aws/rest-api.ts";
import { table } from "./aws/table.ts";
import { WatchedComponent } from "./aws/watched.ts";
import { customersApi } from "./customers/api.ts";
import type { Settings } from "./settings.ts";

/** What the customers API depends on. */
export interface CustomerApiArgs {
  /** API Gateway's role for logs, where the stack manages it. */
  loggingRole: pulumi.Resource | undefined;
  settings: Pick<Settings, "api" | "logs" | "tables">;
}

/** The keyed API that registers, checks and deletes customer ids, with its table. It announces each new customer. */
export class CustomerApi extends WatchedComponent {
  readonly url: pulumi.Output<string>;
  /** Secret. */
  readonly key: pulumi.Output<string>;
  readonly table: aws.dynamodb.Table;
  /** By operation of the API. */
  readonly functions: Record<string, HandlerFunction>;
  /** Logs of the gateway: a line for each request, and its own errors. */
  readonly gatewayLogs: Record<string, aws.cloudwatch.LogGroup>;

  constructor(name: string, args: CustomerApiArgs, opts?: pulumi.ComponentResourceOptions) {
    super("commerce:infra:CustomerApi", name, {}, opts);
    const { loggingRole, settings } = args;

    this.table = table(
      name,
      {
        name: "customer_ids",
        hashKey: "id",
        attributes: [{ name: "id", type: "S" }],
        streamEnabled: true,
        streamViewType: "NEW_IMAGE",
      },
      settings.tables,
      this,
    );

    const operation = (job: string, description: string, action: string) =>
      handlerFunction(
        `${name}-${job}`,
        {
          entry: `handlers/customers/${job}-customer.ts`,
          description,
          timeoutSeconds: 10,
          environment: { CUSTOMERS_TABLE: this.table.name },
          grants: [{ actions: [action], resources: [this.table.arn] }],
          logRetentionDays: settings.logs.retentionDays,
        },
        this,
      );
    this.functions = {
      putCustomer: operation("put", "Creates a customer", "dynamodb:PutItem"),
      getCustomer: operation("get", "Tells whether a customer exists", "dynamodb:GetItem"),
      deleteCustomer: operation("delete", "Deletes a customer", "dynamodb:DeleteItem"),
    };
    const api = restApi(
      `${name}-api`,
      { api: customersApi, functions: this.functions, loggingRole, settings },
      this,
    );
    this.url = api.url;
    this.key = apiKey(
      `${name}-api`,
      { api, title: customersApi.title, settings: settings.api },
      this,
    );
    this.gatewayLogs = {
      customersApiAccess: api.accessLogs,
      customersApiErrors: api.errorLogs,
    };

    announceNewCustomers(`${name}-created`, this.table, this);

    this.registerOutputs({ url: this.url, key: this.key, table: this.table.name });
  }
}

/** Turns the insert of a customer into an event, so that a request has one write to make and none to lose. */
function announceNewCustomers(
  name: string,
  customers: aws.dynamodb.Table,
  parent: WatchedComponent,
): void {
  const bus = defaultBusArn();
  streamPipe(
    name,
    {
      description: "Announces each new customer as CustomerCreated",
      table: customers,
      filter: {
        eventName: ["INSERT"],
        // A customer that a workflow has inserted is registered already; announcing it would start another run.
        dynamodb: { NewImage: { registeredAt: { S: [{ exists: false }] } } },
      },
      target: bus,
      targetParameters: {
        eventbridgeEventBusParameters: { source: "customer.api", detailType: "CustomerCreated" },
        inputTemplate: '{"id": "<$.dynamodb.NewImage.id.S>"}',
      },
      targetGrant: { actions: ["events:PutEvents"], resources: [bus] },
    },
    parent,
  );
}
