import type { APIGatewayProxyEvent } from "aws-lambda";
import { HttpError } from "../shared/http-error.ts";
import { lambdaHandler } from "../shared/lambda-handler.ts";
import { pathParameter } from "../shared/request.ts";
import { respond } from "../shared/respond.ts";
import { type Customer, customerId, NO_CUSTOMER } from "./contract.ts";
import { customerFinder } from "./store/find-customer.ts";

export interface Deps {
  /** The customer as the last write left it. */
  findCustomer(id: string): Promise<Customer | undefined>;
}

export const createHandler = (deps: Deps) => (event: APIGatewayProxyEvent) =>
  respond(event, async () => {
    const id = pathParameter(event, "id", customerId);
    const customer = await deps.findCustomer(id);
    if (!customer) {
      throw new HttpError("not_found", NO_CUSTOMER, {
        members: { exists: false },
      });
    }
    const { createdAt, registeredAt } = customer;
    return { status: 200, body: { id, exists: true, createdAt, registeredAt } };
  });

/** Lambda entry point of `GET /customers/{id}`. */
export const handler = lambdaHandler(() => createHandler(awsDeps()));

function awsDeps(): Deps {
  return { findCustomer: customerFinder() };
}
