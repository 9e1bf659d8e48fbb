import { type DeadLetterQueue, queueName } from "./dead-letter-queues.ts";
import type { Origin } from "./diagnosis.ts";
import { putRefusal } from "./resend/put-event-again.ts";
import { sourceOf } from "./resend/send-back.ts";

/** Why records that a pipe could not deliver cannot be redriven. */
const PIPE_NOTE =
  "stays: a pipe accepts no records from outside; npm run reconcile resumes orders, and to register a customer, start the customers workflow with its id";

/** Why a message of unknown origin stays. */
const UNKNOWN_NOTE = "stays: the message does not say where it comes from";

/** What a redrive does with a message from this origin, in a few words. */
export function wayOf(origin: Origin, queue: DeadLetterQueue): string {
  switch (origin.kind) {
    case "queue": {
      const source = sourceOf(queue.sources, origin.sourceArn);
      return source ? `back to queue ${source.name}` : strayNote(origin.sourceArn, queue);
    }
    case "rule": {
      const refusal = putRefusal(origin.event);
      const { source, "detail-type": type } = origin.event;
      return refusal ? `stays: ${refusal}` : `event ${source} "${type}" to its bus again`;
    }
    case "stream":
      return `${origin.batch.batchSize} stream records to function ${functionName(origin.functionArn)} again`;
    case "pipe":
      return PIPE_NOTE;
    case "invocation":
      return `function ${functionName(origin.functionArn)} again`;
    case "event":
      return "the function of this dead-letter queue again";
    case "refund":
      return "its order's workflow tries the refund again";
    case "notification":
      return `the function subscribed to ${queueName(origin.envelope.TopicArn)} again`;
    case "unknown":
      return UNKNOWN_NOTE;
  }
}

/** Why a message is not sent back to any queue. */
function strayNote(sourceArn: string | undefined, { sources }: DeadLetterQueue): string {
  if (sourceArn) return `stays: queue ${queueName(sourceArn)} has other dead letters now`;
  const names = sources.map(({ name }) => name).join(" or ");
  return `stays: it is unknown whether it came from ${names}`;
}

function functionName(arn: string): string {
  return (
    arn
      .replace(/:\$LATEST$/, "")
      .split(":")
      .at(-1) ?? arn
  );
}
