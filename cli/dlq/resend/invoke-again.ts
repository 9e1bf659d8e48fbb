import { type LambdaClient, paginateListFunctions } from "@aws-sdk/client-lambda";
import type { DeadLetterQueue } from "../dead-letter-queues.ts";
import { invoke } from "./invoke.ts";
import { failed, left, type Outcome, REDRIVEN } from "./outcome.ts";

/** Runs a function again with the event that it failed on. */
export async function invokeAgain(
  lambda: LambdaClient,
  functionArn: string,
  payload: string,
): Promise<Outcome> {
  const { error } = await invoke(lambda, functionArn, payload);
  return error === undefined ? REDRIVEN : failed(error);
}

/** Runs the function whose dead-letter queue this is; the message itself does not name it. */
export async function invokeOwner(
  lambda: LambdaClient,
  queue: DeadLetterQueue,
  payload: string,
): Promise<Outcome> {
  const owners: string[] = [];
  for await (const { Functions = [] } of paginateListFunctions({ client: lambda }, {})) {
    for (const { FunctionArn, DeadLetterConfig } of Functions) {
      if (FunctionArn && DeadLetterConfig?.TargetArn === queue.arn) owners.push(FunctionArn);
    }
  }
  const [owner] = owners;
  if (owner !== undefined && owners.length === 1) return invokeAgain(lambda, owner, payload);
  return left(
    `${queue.name} is the dead-letter queue of ${owners.length} functions, and the message does not name one`,
  );
}
