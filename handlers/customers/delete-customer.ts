import { DeleteCommand } from "@aws-sdk/lib-dynamodb";
import type { APIGatewayProxyEvent } from "aws-lambda";
import { documentClient } from "../shared/document-client.ts";
import { requireEnv } from "../shared/env.ts";
import { lambdaHandler } from "../shared/lambda-handler.ts";
import { pathParameter } from "../shared/request.ts";
import { respond } from "../shared/respond.ts";
import { customerId } from "./contract.ts";

export interface Deps {
  /** Deletes the customer, and returns whether it existed. */
  deleteCustomer(id: string): Promise<boolean>;
}

export const createHandler = (deps: Deps) => (event: APIGatewayProxyEvent) =>
  respond(event, async () => {
    const id = pathParameter(event, "id", customerId);
    const deleted = await deps.deleteCustomer(id);
    if (deleted) console.info({ event: "customer_deleted", id });
    return { status: 200, body: { id, deleted } };
  });

/** Lambda entry point of `DELETE /customers/{id}`. */
export const handler = lambdaHandler(() => createHandler(awsDeps()));

function awsDeps(): Deps {
  const TableName = requireEnv("CUSTOMERS_TABLE");
  const dynamo = documentClient();
  return {
    deleteCustomer: async (id) => {
      const command = new DeleteCommand({ TableName, Key: { id }, ReturnValues: "ALL_OLD" });
      const { Attributes } = await dynamo.send(command);
      return Attributes !== undefined;
    },
  };
}
