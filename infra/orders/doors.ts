import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { sendAccess } from "../aws/access.ts";
import { accountId } from "../aws/account.ts";
import { apiKey } from "../aws/api-key.ts";
import type { Component } from "../aws/component.ts";
import { answeringOrigin } from "../aws/cors.ts";
import { keyGrants } from "../aws/encryption.ts";
import { handlerFunctions } from "../aws/function.ts";
import { httpApi } from "../aws/http-api.ts";
import { restApi } from "../aws/rest-api.ts";
import { serviceRole } from "../aws/role.ts";
import { orderHttpFunctions, ordersHttpApi } from "./http-api.ts";
import { queueIntegration } from "./queue-integration.ts";
import { orderFunctions, ordersApi } from "./rest-api.ts";

/** What the doors open on. */
export interface OrderDoorsArgs {
  orders: aws.dynamodb.Table;
  /** Where the doors that do not store an order send it. */
  queue: aws.sqs.Queue;
  storefrontUrl: pulumi.Output<string> | undefined;
}

/** The APIs that accept orders. */
export interface OrderDoors {
  url: pulumi.Output<string>;
  /** Secret. */
  key: pulumi.Output<string>;
  httpUrl: pulumi.Output<string>;
}

/** The keyed API, which stores an order before it answers, with its direct door to the queue; and the open HTTP API. */
export function orderDoors(name: string, args: OrderDoorsArgs, parent: Component): OrderDoors {
  const { orders, queue, storefrontUrl } = args;
  const { key: encryptionKey, settings } = parent.foundation;

  const role = serviceRole(
    `${name}-direct`,
    {
      service: "apigateway.amazonaws.com",
      grants: [...sendAccess(queue).grants, ...keyGrants(encryptionKey)],
    },
    parent,
  );
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
      functions: handlerFunctions(
        name,
        answeringOrigin(orderFunctions({ orders, settings }), settings),
        parent,
      ),
      services: { placeOrderDirect },
      permissions: [role.policy],
    },
    parent,
  );
  const key = apiKey(`${name}-api`, { api, title: ordersApi.title }, parent);

  const { noSuchRoute, ...functions } = handlerFunctions(
    name,
    orderHttpFunctions({ orders, queue }),
    parent,
  );
  const http = httpApi(
    `${name}-http-api`,
    {
      api: ordersHttpApi,
      functions,
      fallback: noSuchRoute,
      origins: storefrontUrl && [storefrontUrl],
    },
    parent,
  );
  return { url: api.url, key, httpUrl: http.url };
}
