import type { Clients } from "../clients.ts";
import type { DeadLetterQueue } from "../dead-letter-queues.ts";
import type { Case } from "../inspect.ts";
import { continueRefund } from "./continue-refund.ts";
import { handleBatchAgain } from "./handle-batch-again.ts";
import { invokeAgain, invokeOwner } from "./invoke-again.ts";
import { notifyAgain } from "./notify-again.ts";
import { failed, left, type Outcome } from "./outcome.ts";
import { putEventAgain } from "./put-event-again.ts";
import { sendBack, sourceOf } from "./send-back.ts";

/** Redrives one message, and returns the outcome; never rejects. */
export async function resend(
  clients: Clients,
  queue: DeadLetterQueue,
  one: Case,
): Promise<Outcome> {
  try {
    return await byOrigin(clients, queue, one);
  } catch (error) {
    const { name, message } = error as Error;
    return failed(`${name}: ${message}`);
  }
}

async function byOrigin(
  clients: Clients,
  queue: DeadLetterQueue,
  { letter, diagnosis: { origin }, way }: Case,
): Promise<Outcome> {
  switch (origin.kind) {
    case "queue": {
      const source = sourceOf(queue.sources, origin.sourceArn);
      return source ? sendBack(clients.sqs, source, letter) : left(way);
    }
    case "rule":
      return putEventAgain(clients.events, origin.event, origin.ruleArn);
    case "stream":
      return handleBatchAgain(clients, origin.functionArn, origin.batch);
    case "invocation":
      return invokeAgain(clients.lambda, origin.functionArn, JSON.stringify(origin.payload));
    case "event":
      return invokeOwner(clients.lambda, queue, origin.payload);
    case "refund":
      return continueRefund(clients.states, origin.taskToken);
    case "notification":
      return notifyAgain(clients, queue, origin.envelope);
    case "pipe":
    case "unknown":
      return left(way);
  }
}
