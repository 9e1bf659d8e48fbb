import pulumi from "@pulumi/pulumi";
import { type HandlerFunction, handlerFunction } from "../../../infra/aws/function.ts";
import { httpApi } from "../../../infra/aws/http-api.ts";
import { streamPipe } from "../../../infra/aws/pipe.ts";
import { deadLetterQueue, workQueue } from "../../../infra/aws/queue.ts";
import { restApi } from "../../../infra/aws/rest-api.ts";
import { stateMachine } from "../../../infra/aws/state-machine.ts";
import { streamReader } from "../../../infra/aws/stream-reader.ts";
import { table } from "../../../infra/aws/table.ts";
import { WatchedComponent } from "../../../infra/aws/watched.ts";
import { customersApi } from "../../../infra/customers/api.ts";
import { Monitoring } from "../../../infra/monitoring.ts";
import { ordersHttpApi } from "../../../infra/orders/http-api.ts";
import { readSettings } from "../../../infra/settings.ts";
import { type Registrations, type RunSettings, registrationsOf } from "./registrations.ts";

/** One of each kind of thing that is watched: what a component of the program may consist of. */
export class WatchedShop extends WatchedComponent {
  readonly #settings = readSettings();

  constructor(name: string) {
    super("commerce:infra:WatchedShop", name, {});
    const orders = table(
      `${name}-orders`,
      { hashKey: "id", attributes: [{ name: "id", type: "S" }], streamEnabled: true },
      this.#settings.tables,
      this,
    );
    const sell = this.addFunction(`${name}-sell`);
    const failures = deadLetterQueue(`${name}-tell`, this);
    const reader = this.addFunction(`${name}-tell`);
    streamReader(`${name}-tell`, { table: orders, reader, failures, filter: {} }, this);
    workQueue(`${name}-sales`, { timeoutSeconds: 30 }, this);
    this.addWorkflow(`${name}-days`, sell);
    streamPipe(
      `${name}-pipe`,
      {
        description: "Carries orders on",
        table: orders,
        filter: {},
        target: failures.arn,
        targetParameters: {},
        targetGrant: { actions: ["sqs:SendMessage"], resources: [failures.arn] },
      },
      this,
    );
    this.addRestApi(`${name}-rest`, sell);
    httpApi(
      `${name}-http`,
      {
        api: ordersHttpApi,
        functions: { acceptOrder: sell, getOrderStatus: sell },
        fallback: sell,
        settings: this.#settings,
      },
      this,
    );
  }

  /** Adds a function. */
  addFunction(name: string): HandlerFunction {
    const entry = "handlers/orders/doors/no-such-route.ts";
    const args = { entry, description: "Sells", timeoutSeconds: 10, logRetentionDays: 7 };
    return handlerFunction(name, args, this);
  }

  /** Adds a workflow. */
  addWorkflow(name: string, step: HandlerFunction): void {
    const functions = {
      InsertIdFunctionArn: step,
      LogEventFunctionArn: step,
      ValidateExistsFunctionArn: step,
    };
    const definition = new URL("../../../infra/customers/workflow.asl.json", import.meta.url);
    stateMachine(name, { definition, functions, logRetentionDays: 7 }, this);
  }

  /** Adds a REST API. */
  addRestApi(name: string, fn: HandlerFunction): void {
    const functions = { putCustomer: fn, getCustomer: fn, deleteCustomer: fn };
    const settings = this.#settings;
    restApi(name, { api: customersApi, functions, loggingRole: undefined, settings }, this);
  }
}

/** What a shop registers that is monitored, after `more` is done to it. */
export function monitoredShop(
  run: RunSettings = {},
  more: (shop: WatchedShop) => void = () => {},
): Promise<Registrations> {
  return registrationsOf(() => {
    const shop = new WatchedShop("shop");
    more(shop);
    const { dashboardUrl, alerts } = new Monitoring("monitoring", {
      components: [shop],
      settings: readSettings(),
    });
    return { dashboardUrl: pulumi.output(dashboardUrl), alertsTopicArn: alerts.arn };
  }, run);
}
