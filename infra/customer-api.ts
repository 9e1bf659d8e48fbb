import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { busAccess } from "./aws/access.ts";
import { defaultBusArn } from "./aws/account.ts";
import { apiKey } from "./aws/api-key.ts";
import { Component } from "./aws/component.ts";
import { answeringOrigin } from "./aws/cors.ts";
import type { Foundation } from "./aws/foundation.ts";
import { handlerFunctions } from "./aws/function.ts";
import { streamPipe } from "./aws/pipe.ts";
import { restApi } from "./aws/rest-api.ts";
import { table } from "./aws/table.ts";
import { type CustomerFunctionsArgs, customerFunctions, customersApi } from "./customers/api.ts";

/** What the customers API depends on: the stack's foundation, and what its functions use of other components. */
export interface CustomerApiArgs extends Omit<CustomerFunctionsArgs, "customers" | "settings"> {
  foundation: Foundation;
}

/** The keyed API that creates, checks and deletes customers, with its table. It announces each new customer. */
export class CustomerApi extends Component {
  readonly url: pulumi.Output<string>;
  /** Secret. */
  readonly key: pulumi.Output<string>;
  readonly table: aws.dynamodb.Table;

  constructor(name: string, args: CustomerApiArgs, opts?: pulumi.ComponentResourceOptions) {
    const { foundation, ...others } = args;
    super("CustomerApi", name, foundation, opts);

    this.table = table(
      name,
      {
        name: foundation.fixedName("customer_ids"),
        hashKey: "id",
        attributes: [{ name: "id", type: "S" }],
        streamEnabled: true,
        streamViewType: "NEW_IMAGE",
      },
      this,
    );
    const { settings } = foundation;
    const operations = customerFunctions({ ...others, customers: this.table, settings });
    const functions = handlerFunctions(name, answeringOrigin(operations, settings), this);
    const api = restApi(`${name}-api`, { api: customersApi, functions }, this);
    this.url = api.url;
    this.key = apiKey(`${name}-api`, { api, title: customersApi.title }, this);
    announceNewCustomers(`${name}-created`, this.table, this);

    this.registerOutputs({ url: this.url, key: this.key, table: this.table.name });
  }
}

/** Sends an event for each new customer, so that a request makes one write and no event can be lost. */
function announceNewCustomers(
  name: string,
  customers: aws.dynamodb.Table,
  parent: Component,
): void {
  const { foundation } = parent;
  const bus = defaultBusArn();
  streamPipe(
    name,
    {
      description: "Announces each new customer as CustomerCreated",
      table: customers,
      filter: {
        eventName: ["INSERT"],
        // The workflow inserts customers as registered; to announce those would start it again.
        dynamodb: { NewImage: { registeredAt: { S: [{ exists: false }] } } },
      },
      target: bus,
      targetParameters: {
        eventbridgeEventBusParameters: {
          source: foundation.fixedName("customer.api"),
          detailType: "CustomerCreated",
        },
        inputTemplate: '{"id": "<$.dynamodb.NewImage.id.S>"}',
      },
      targetAccess: busAccess(bus),
    },
    parent,
  );
}
