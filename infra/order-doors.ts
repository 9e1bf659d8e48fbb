import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { accountId } from "./account.ts";
import { apiKey } from "./api-key.ts";
import { httpApi } from "./http-api.ts";
import { type HandlerFunction, handlerFunction } from "./lambda.ts";
import { ordersApi } from "./openapi/orders.ts";
import { ordersHttpApi } from "./openapi/orders-http.ts";
import { queueIntegration } from "./openapi/queue-integration.ts";
import type { OrderFunctions } from "./order-functions.ts";
import { statusIndexArn } from "./order-tables.ts";
import { restApi } from "./rest-api.ts";
import { serviceRole } from "./role.ts";
import type { Settings } from "./settings.ts";
import type { WatchedComponent } from "./watched.ts";

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
      entry: "place-order",
      description: "Stores an order, once for each key",
      onOrders: ["PutItem"],
      reads: ["IDEMPOTENCY_HOURS", "ORDER_STATUS_SHARDS"],
    }),
    getOrder: create(`${name}-get`, {
      entry: "get-order",
      description: "Reads an order",
      onOrders: ["GetItem"],
      reads: ["ORDER_STATUS_SHARDS"],
    }),
    listOrders: create(`${name}-list`, {
      entry: "list-orders",
      description: "Lists orders by status",
      // For the secret that page tokens are signed with.
      onOrders: ["GetItem", "PutItem"],
      reads: ["ORDER_STATUS_SHARDS"],
      grants: [{ actions: ["dynamodb:Query"], resources: [statusIndexArn(orders)] }],
    }),
    putProduct: create(`${name}-put-product`, {
      entry: "put-product",
      description: "Sets the stock of a product",
      onOrders: ["UpdateItem"],
      reads: ["UNTRACKED_IN_STOCK"],
    }),
    getProduct: create(`${name}-get-product`, {
      entry: "get-product",
      description: "Reads the stock of a product",
      onOrders: ["GetItem"],
      reads: ["UNTRACKED_IN_STOCK"],
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
      entry: "accept-order",
      description: "Puts an order on the queue",
      environment: { ORDERS_QUEUE_URL: queue.url },
      grants: [send],
    }),
    getOrderStatus: create(`${name}-status`, {
      entry: "get-order-status",
      description: "Tells how an order stands",
      onOrders: ["GetItem"],
      reads: ["ORDER_STATUS_SHARDS"],
    }),
  };
  const noSuchRoute = handlerFunction(
    `${name}-no-such-route`,
    {
      entry: "handlers/shared/no-such-route.ts",
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
