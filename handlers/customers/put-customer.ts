import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import type { APIGatewayProxyEvent } from "aws-lambda";
import { documentClient } from "../shared/document-client.ts";
import { requireEnv } from "../shared/env.ts";
import { lambdaHandler } from "../shared/lambda-handler.ts";
import { hasBody, invalidBody, jsonBody, pathParameter } from "../shared/request.ts";
import { respond } from "../shared/respond.ts";
import { type Customer, customerId, putCustomerBody } from "./contract.ts";

export interface Deps {
  /** Stores the customer unless the id is taken, and returns whether it did. */
  createCustomer(customer: Customer): Promise<boolean>;
  now(): Date;
}

/** The id that a request is about. A body may repeat it, and nothing else. */
export function requestedId(event: APIGatewayProxyEvent): string {
  const id = pathParameter(event, "id", customerId);
  const body = hasBody(event) ? jsonBody(event, putCustomerBody) : {};
  if (body.id !== undefined && body.id !== id) {
    throw invalidBody([
      { pointer: "/id", code: "mismatch", message: "must be the id in the path" },
    ]);
  }
  return id;
}

export const createHandler = (deps: Deps) => (event: APIGatewayProxyEvent) =>
  respond(event, async () => {
    const id = requestedId(event);
    const created = await deps.createCustomer({ id, createdAt: deps.now().toISOString() });
    if (created) console.info({ event: "customer_created", id });
    return { status: created ? 201 : 200, body: { id, created } };
  });

/** Lambda entry point of `PUT /customers/{id}`. The table's stream announces what is created. */
export const handler = lambdaHandler(() => createHandler(awsDeps()));

function awsDeps(): Deps {
  const TableName = requireEnv("CUSTOMERS_TABLE");
  const dynamo = documentClient();
  return {
    now: () => new Date(),
    createCustomer: async (Item) => {
      try {
        const ConditionExpression = "attribute_not_exists(id)";
        await dynamo.send(new PutCommand({ TableName, Item, ConditionExpression }));
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },
  };
}
