import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { documentClient } from "../shared/document-client.ts";
import { requireEnv } from "../shared/env.ts";
import { lambdaHandler } from "../shared/lambda-handler.ts";
import { runStep, stepInput } from "../shared/step.ts";
import { customerRun } from "./contract.ts";

export interface Deps {
  /**
   * Registers the customer, creating it where there is none, and returns since when it is registered: a second call
   * changes nothing.
   */
  registerCustomer(id: string, at: string): Promise<string>;
  now(): Date;
}

export const createHandler = (deps: Deps) => (input: unknown) =>
  runStep(async () => {
    const { id } = stepInput(customerRun, input);
    const registeredAt = await deps.registerCustomer(id, deps.now().toISOString());
    console.info({ event: "customer_registered", id, registeredAt });
    return { id, inserted: true, registeredAt };
  });

/** Lambda entry point of the step InsertId. */
export const handler = lambdaHandler(() => createHandler(awsDeps()));

function awsDeps(): Deps {
  const TableName = requireEnv("CUSTOMERS_TABLE");
  const dynamo = documentClient();
  return {
    now: () => new Date(),
    registerCustomer: async (id, at) => {
      const command = new UpdateCommand({
        TableName,
        Key: { id },
        UpdateExpression:
          "SET registeredAt = if_not_exists(registeredAt, :at), createdAt = if_not_exists(createdAt, :at)",
        ExpressionAttributeValues: { ":at": at },
        ReturnValues: "ALL_NEW",
      });
      const { Attributes } = await dynamo.send(command);
      return String(Attributes?.["registeredAt"]);
    },
  };
}
