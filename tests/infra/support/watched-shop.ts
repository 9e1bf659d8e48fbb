import { readFileSync } from "node:fs";
import { sendAccess } from "../../../infra/aws/access.ts";
import { Component } from "../../../infra/aws/component.ts";
import type { Foundation } from "../../../infra/aws/foundation.ts";
import { handlerFunction } from "../../../infra/aws/function.ts";
import { httpApi } from "../../../infra/aws/http-api.ts";
import { type HandlerFunction, Inventory } from "../../../infra/aws/inventory.ts";
import { streamPipe } from "../../../infra/aws/pipe.ts";
import { deadLetterQueue, workQueue } from "../../../infra/aws/queue.ts";
import { restApi } from "../../../infra/aws/rest-api.ts";
import { stateMachine } from "../../../infra/aws/state-machine.ts";
import { streamFunction } from "../../../infra/aws/stream-function.ts";
import { table } from "../../../infra/aws/table.ts";
import { customersApi } from "../../../infra/customers/api.ts";
import { Monitoring } from "../../../infra/monitoring.ts";
import { ordersHttpApi } from "../../../infra/orders/http-api.ts";
import { componentOn } from "./foundation.ts";
import type { Registrations, RunSettings } from "./registrations.ts";

/** One of each kind of resource that is monitored. */
export class WatchedShop extends Component {
  constructor(name: string, foundation: Foundation) {
    super("WatchedShop", name, foundation);
    const orders = table(
      `${name}-orders`,
      { hashKey: "id", attributes: [{ name: "id", type: "S" }], streamEnabled: true },
      this,
    );
    const sell = this.addFunction(`${name}-sell`);
    const tell = { entry: "handlers/ingest/get-users.ts", description: "Tells of sales" };
    streamFunction(`${name}-tell`, { ...tell, table: orders, filters: [{}] }, this);
    workQueue(`${name}-sales`, { consumerTimeoutSeconds: 30 }, this);
    this.addWorkflow(`${name}-days`, sell);
    const target = deadLetterQueue(`${name}-target`, {}, this);
    streamPipe(
      `${name}-pipe`,
      {
        description: "Carries orders on",
        table: orders,
        filter: {},
        target: target.arn,
        targetParameters: {},
        targetAccess: sendAccess(target),
      },
      this,
    );
    this.addRestApi(`${name}-rest`, sell);
    const functions = Object.fromEntries(ordersHttpApi.operations.map(({ id }) => [id, sell]));
    httpApi(`${name}-http`, { api: ordersHttpApi, functions, fallback: sell }, this);
  }

  /** Adds a function. */
  addFunction(name: string, entry = "handlers/orders/doors/no-such-route.ts"): HandlerFunction {
    return handlerFunction(name, { entry, description: "Sells" }, this);
  }

  /** Adds a workflow. */
  addWorkflow(name: string, step: HandlerFunction): void {
    const steps = { InsertId: step, LogEvent: step, ValidateExists: step };
    const file = new URL("../../../infra/customers/workflow.asl.json", import.meta.url);
    const definition = readFileSync(file, "utf8");
    stateMachine(name, { definition, steps }, this);
  }

  /** Adds a REST API. */
  addRestApi(name: string, fn: HandlerFunction): void {
    const functions = { putCustomer: fn, getCustomer: fn, deleteCustomer: fn };
    restApi(name, { api: customersApi, functions }, this);
  }
}

/** What a shop registers that is monitored, after `more` is done to it. */
export function monitoredShop(
  run: RunSettings = {},
  more: (shop: WatchedShop) => void = () => {},
): Promise<Registrations> {
  return componentOn((foundation) => {
    const shop = new WatchedShop("shop", foundation);
    more(shop);
    const inventory = Inventory.of([shop]);
    const { dashboardUrl, alerts } = new Monitoring("monitoring", { foundation, inventory });
    return { dashboardUrl, alertsTopicArn: alerts.arn };
  }, run);
}
