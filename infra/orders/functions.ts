import type * as aws from "@pulumi/aws";
import {
  type HandlerFunction,
  type HandlerFunctionArgs,
  handlerFunction,
} from "../aws/function.ts";
import { scheduledFunction } from "../aws/schedule.ts";
import type { WatchedComponent } from "../aws/watched.ts";
import type { Settings } from "../settings.ts";

/** Which setting a variable of the environment has its value from. */
const VARIABLES = {
  IDEMPOTENCY_HOURS: "idempotencyHours",
  LATE_AFTER_MINUTES: "lateAfterMinutes",
  ORDER_STATUS_SHARDS: "statusShards",
  UNTRACKED_IN_STOCK: "untrackedInStock",
} as const;

/** What one function on orders differs in. */
export interface OrderFunctionArgs
  extends Partial<Pick<HandlerFunctionArgs, "timeoutSeconds" | "environment" | "grants">> {
  /** Entry file, e.g. `handlers/orders/doors/place-order.ts`. */
  entry: string;
  description: string;
  /** What it does with the orders' table, e.g. `GetItem`; only then it is told the table's name. */
  onOrders?: string[];
  /** The settings that it finds in its environment. */
  reads?: (keyof typeof VARIABLES)[];
  /** EventBridge schedule of a function that runs by itself. */
  schedule?: string;
}

/** Makes functions on one table of orders. */
export type OrderFunctions = (name: string, args: OrderFunctionArgs) => HandlerFunction;

/** Functions that share the orders' table, each with its own permissions on it. */
export function orderFunctions(
  orders: aws.dynamodb.Table,
  settings: Pick<Settings, "logs" | "orders">,
  parent: WatchedComponent,
): OrderFunctions {
  return (name, { entry, description, onOrders = [], reads = [], schedule, ...more }) => {
    const actions = onOrders.map((action) => `dynamodb:${action}`);
    const usesTable = actions.length > 0;
    const args: HandlerFunctionArgs = {
      entry,
      description,
      timeoutSeconds: more.timeoutSeconds ?? 10,
      environment: {
        ...(usesTable && { ORDERS_TABLE: orders.name }),
        ...Object.fromEntries(reads.map((it) => [it, String(settings.orders[VARIABLES[it]])])),
        ...more.environment,
      },
      grants: [
        ...(usesTable ? [{ actions, resources: [orders.arn] }] : []),
        ...(more.grants ?? []),
      ],
      logRetentionDays: settings.logs.retentionDays,
    };
    return schedule
      ? scheduledFunction(name, { ...args, schedule }, parent)
      : handlerFunction(name, args, parent);
  };
}
