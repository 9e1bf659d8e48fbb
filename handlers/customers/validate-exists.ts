import { lambdaHandler } from "../shared/lambda-handler.ts";
import { runStep, stepInput } from "../shared/step.ts";
import { type Customer, customerRun } from "./contract.ts";
import { customerFinder } from "./store/find-customer.ts";

export interface Deps {
  /** The customer as the last write left it. */
  findCustomer(id: string): Promise<Customer | undefined>;
}

export const createHandler = (deps: Deps) => (input: unknown) =>
  runStep(async () => {
    const { id } = stepInput(customerRun, input);
    const customer = await deps.findCustomer(id);
    // A customer that the API has only just created is there, but not yet registered.
    return { id, exists: customer?.registeredAt !== undefined };
  });

/** Lambda entry point of the step ValidateExists: checks the run's input, and whether the customer is registered. */
export const handler = lambdaHandler(() => createHandler(awsDeps()));

function awsDeps(): Deps {
  return { findCustomer: customerFinder() };
}
