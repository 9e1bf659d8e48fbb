import type { ConsoleContext, ConsoleProgram } from "local-aws/console";
import { findTarget, type Target } from "../target.ts";
import { apiDocuments } from "./api-documents.ts";
import { deadLettersOf } from "./dead-letters.ts";
import { orderJourneys } from "./order-journeys.ts";
import { orderPlays } from "./order-plays.ts";
import { savedEvents } from "./saved-events.ts";
import { simulatedLetters } from "./simulated-letters.ts";

/** What the shop adds to the page of the stack that runs on this machine. */
export async function localConsole(context: ConsoleContext): Promise<ConsoleProgram> {
  const target = await findTarget({ "aws-port": new URL(context.awsEndpoint).port });
  return {
    ...shopConsole(target),
    plays: orderPlays(target, context),
  };
}

/** What the shop adds to the page of a stack, wherever it runs. */
export function shopConsole(target: Target): ConsoleProgram {
  return {
    journeys: orderJourneys(target),
    apis: apiDocuments(target),
    savedEvents: savedEvents(),
    deadLetters: deadLettersOf(target),
    ...(!target.aws.endpoint && { letters: simulatedLetters(target) }),
  };
}
