import { SendTaskSuccessCommand, type SFNClient } from "@aws-sdk/client-sfn";
import { type Outcome, REDRIVEN } from "./outcome.ts";

const WENT_ON = ["TaskTimedOut", "TaskDoesNotExist", "InvalidToken"];

/** Makes the order's workflow retry its refund. */
export async function continueRefund(states: SFNClient, taskToken: string): Promise<Outcome> {
  try {
    await states.send(new SendTaskSuccessCommand({ taskToken, output: "{}" }));
    return REDRIVEN;
  } catch (error) {
    if (error instanceof Error && WENT_ON.includes(error.name)) return { status: "continued" };
    throw error;
  }
}
