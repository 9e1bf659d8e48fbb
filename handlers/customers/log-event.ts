import { stepInput } from "../shared/step.ts";
import { customerRun } from "./contract.ts";

export interface Deps {
  log(entry: object): void;
}

export const createHandler = (deps: Deps) => async (input: unknown) => {
  const { id } = stepInput(customerRun, input);
  deps.log({ event: "customer_known", id });
  return { id, inserted: false };
};

/** Lambda entry point of the step LogEvent: records that the customer was registered before. */
export const handler = createHandler({ log: (entry) => console.info(entry) });
