import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type HandlerFunction, type HandlerFunctionArgs, handlerFunction } from "./lambda.ts";
import type { Settings } from "./settings.ts";
import type { WatchedComponent } from "./watched.ts";

/** What one function on orders differs in. */
export interface OrderFunctionArgs
  extends Partial<Pick<HandlerFunctionArgs, "timeoutSeconds" | "environment" | "grants">> {
  /** Entry file in `handlers/orders/`, without its ending. */
  entry: string;
  description: string;
  /** What it does with the orders' table, e.g. `GetItem`. */
  onOrders?: string[];
}

/** Makes functions on one table of orders. */
export type OrderFunctions = (name: string, args: OrderFunctionArgs) => HandlerFunction;

/** What every function on orders finds in its environment. */
export function orderEnvironment(
  orders: aws.dynamodb.Table,
  settings: Pick<Settings, "orders">,
): Record<string, pulumi.Input<string>> {
  const { statusShards, untrackedInStock, idempotencyHours } = settings.orders;
  return {
    ORDERS_TABLE: orders.name,
    ORDER_STATUS_SHARDS: String(statusShards),
    UNTRACKED_IN_STOCK: String(untrackedInStock),
    IDEMPOTENCY_HOURS: String(idempotencyHours),
  };
}

/** Functions that share the orders' table, each with its own permissions on it. */
export function orderFunctions(
  orders: aws.dynamodb.Table,
  settings: Pick<Settings, "logs" | "orders">,
  parent: WatchedComponent,
): OrderFunctions {
  return (name, { entry, description, onOrders = [], grants = [], ...args }) => {
    const actions = onOrders.map((action) => `dynamodb:${action}`);
    const onTable = actions.length > 0 ? [{ actions, resources: [orders.arn] }] : [];
    return handlerFunction(
      name,
      {
        entry: `handlers/orders/${entry}.ts`,
        description,
        timeoutSeconds: args.timeoutSeconds ?? 10,
        environment: { ...orderEnvironment(orders, settings), ...args.environment },
        grants: [...onTable, ...grants],
        logRetentionDays: settings.logs.retentionDays,
      },
      parent,
    );
  };
}
