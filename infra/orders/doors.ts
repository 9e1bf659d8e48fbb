import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { accountId } from "../aws/account.ts";
import { apiKey } from "../aws/api-key.ts";
import { type HandlerFunction, handlerFunction } from "../aws/function.ts";
import { httpApi } from "../aws/http-api.ts";
import { restApi } from "../aws/rest-api.ts";
import { serviceRole } from "../aws/role.ts";
import type { WatchedComponent } from "../aws/watched.ts";
import type { Settings } from "../settings.ts";
import type { OrderFunctions } from "./functions.ts";
import { ordersHttpApi } from "./http-api.ts";
import { queueIntegration } from "./queue-integration.ts";
import { ordersApi } from "./rest-api.ts";
import { statusIndexArn } from "./tables.ts";

/** What the doors open on. */
export interface OrderDoorsArgs {
  orders: aws.dynamodb.Table;
  /** Where the doors that store nothing put an order. */
  queue: aws.sqs.Queue;
  create: OrderFunctions;
  /** API Gateway's role for logs, where the stack manages it. */
  loggingRole: pulumi.Resource | undefined;
  settings: Pick<Settings, "api" | "logs">;
}

/** The ways in for orders, and where they are. */
export interface OrderDoors {
  url: pulumi.Output<string>;
  /** Secret. */
  key: pulumi.Output<string>;
  httpUrl: pulumi.Output<string>;
  /** By operation of the APIs. */
  functions: Record<string, HandlerFunction>;
  gatewayLogs: Record<string, aws.cloudwatch.LogGroup>;
}

/** The keyed API, which stores before it answers, and its direct door to the queue; and the open HTTP API. */
export function orderDoors(
  name: string,
  args: OrderDoorsArgs,
  parent: WatchedComponent,
): OrderDoors {
  const { orders, queue, create, loggingRole, settings } = args;
  const send = { actions: ["sqs:SendMessage"], resources: [queue.arn] };

  const keyed = {
    placeOrder: create(`${name}-place`, {
      entry: "handlers/orders/doors/place-order.ts",
      description: "Stores an order, once for each key",
      onOrders: ["PutItem"],
      reads: ["IDEMPOTENCY_HOURS", "ORDER_STATUS_SHARDS"],
    }),
    getOrder: create(`${name}-get`, {
      entry: "handlers/orders/doors/get-order.ts",
      description: "Reads an order",
      onOrders: ["GetItem"],
    }),
    listOrders: create(`${name}-list`, {
      entry: "handlers/orders/doors/list-orders.ts",
      description: "Lists orders by status",
      // For the secret that page tokens are signed with.
      onOrders: ["GetItem", "PutItem"],
      reads: ["ORDER_STATUS_SHARDS"],
      grants: [{ actions: ["dynamodb:Query"], resources: [statusIndexArn(orders)] }],
    }),
    putProduct: create(`${name}-put-product`, {
      entry: "handlers/orders/doors/put-product.ts",
      description: "Sets the stock of a product",
      onOrders: ["UpdateItem"],
    }),
    getProduct: create(`${name}-get-product`, {
      entry: "handlers/orders/doors/get-product.ts",
      description: "Reads the stock of a product",
      onOrders: ["GetItem"],
    }),
  };
  const role = serviceRole(`${name}-direct`, "apigateway.amazonaws.com", [send], { parent });
  const { region } = aws.getRegionOutput();
  const { partition } = aws.getPartitionOutput();
  const placeOrderDirect = queueIntegration({
    uri: pulumi.interpolate`arn:${partition}:apigateway:${region}:sqs:path/${accountId()}/${queue.name}`,
    credentials: role.arn,
  });
  const api = restApi(
    `${name}-api`,
    {
      api: ordersApi,
      functions: keyed,
      services: { placeOrderDirect },
      permissions: [role.policy],
      loggingRole,
      settings,
    },
    parent,
  );
  const key = apiKey(
    `${name}-api`,
    { api, title: ordersApi.title, settings: settings.api },
    parent,
  );

  const open = {
    acceptOrder: create(`${name}-accept`, {
      entry: "handlers/orders/doors/accept-order.ts",
      description: "Puts an order on the queue",
      environment: { ORDERS_QUEUE_URL: queue.url },
      grants: [send],
    }),
    getOrderStatus: create(`${name}-status`, {
      entry: "handlers/orders/doors/get-order-status.ts",
      description: "Tells how an order stands",
      onOrders: ["GetItem"],
    }),
  };
  const noSuchRoute = handlerFunction(
    `${name}-no-such-route`,
    {
      entry: "handlers/orders/doors/no-such-route.ts",
      description: "Answers what is no operation of the HTTP API",
      timeoutSeconds: 10,
      logRetentionDays: settings.logs.retentionDays,
    },
    parent,
  );
  const http = httpApi(
    `${name}-http-api`,
    { api: ordersHttpApi, functions: open, fallback: noSuchRoute, settings },
    parent,
  );
  return {
    url: api.url,
    key,
    httpUrl: http.url,
    functions: { ...keyed, ...open, noSuchRoute },
    gatewayLogs: {
      ordersApiAccess: api.accessLogs,
      ordersApiErrors: api.errorLogs,
      ordersHttpApiAccess: http.accessLogs,
    },
  };
}
