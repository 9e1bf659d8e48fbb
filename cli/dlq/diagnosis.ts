import * as v from "valibot";
import type { DeadLetterQueue } from "./dead-letter-queues.ts";
import { findText, parsed } from "./find-text.ts";
import { attributeText, type DeadLetter } from "./held-messages.ts";

const busEvent = v.object({
  source: v.string(),
  "detail-type": v.string(),
  detail: v.unknown(),
  resources: v.optional(v.array(v.string()), []),
  time: v.optional(v.string()),
});
const streamBatch = v.object({
  requestContext: v.object({ functionArn: v.string(), condition: v.string() }),
  responsePayload: v.optional(v.unknown()),
  DDBStreamBatchInfo: v.object({
    shardId: v.string(),
    startSequenceNumber: v.string(),
    endSequenceNumber: v.string(),
    batchSize: v.number(),
    streamArn: v.string(),
  }),
});
const pipeBatch = v.object({
  context: v.object({ partnerResourceArn: v.string(), condition: v.string() }),
});
const invocation = v.looseObject({
  requestContext: v.object({ functionArn: v.string(), condition: v.string() }),
  requestPayload: v.unknown(),
  responsePayload: v.optional(v.unknown()),
});
const refund = v.object({ taskToken: v.string(), reason: v.optional(v.unknown()) });
const notification = v.looseObject({
  Type: v.literal("Notification"),
  TopicArn: v.string(),
  MessageId: v.string(),
  Message: v.string(),
});

/** An event that a rule could not deliver. */
export type BusEvent = v.InferOutput<typeof busEvent>;
/** Where records that a function could not handle are in their stream. */
export type StreamBatch = v.InferOutput<typeof streamBatch>["DDBStreamBatchInfo"];
/** A notification as SNS wraps it. */
export type NotificationEnvelope = v.InferOutput<typeof notification>;

/** Where a dead letter comes from, with what it takes to send it there again. */
export type Origin =
  | { kind: "queue"; sourceArn?: string }
  | { kind: "rule"; ruleArn: string; event: BusEvent }
  | { kind: "stream"; functionArn: string; batch: StreamBatch }
  | { kind: "pipe" }
  | { kind: "invocation"; functionArn: string; payload: unknown }
  | { kind: "event"; payload: string }
  | { kind: "refund"; taskToken: string }
  | { kind: "notification"; envelope: NotificationEnvelope }
  | { kind: "unknown" };

/** What is known about a dead letter. */
export interface Diagnosis {
  origin: Origin;
  /** Why it is here, as the service that put it here says. */
  reason: string;
  orderId?: string;
  correlationId?: string;
}

/** Finds the source of a dead letter and why it is here. */
export function diagnose(letter: DeadLetter, queue: DeadLetterQueue): Diagnosis {
  const body = parsed(letter.body);
  const orderId = attributeText(letter, "orderId") ?? findText(body, "orderId");
  const correlationId = attributeText(letter, "correlationId") ?? findText(body, "correlationId");
  return {
    ...(originOf(letter, queue, body) ?? { origin: { kind: "unknown" }, reason: "unknown" }),
    ...(orderId !== undefined && { orderId }),
    ...(correlationId !== undefined && { correlationId }),
  };
}

function originOf(
  letter: DeadLetter,
  queue: DeadLetterQueue,
  body: unknown,
): Diagnosis | undefined {
  const text = (name: string) => attributeText(letter, name);
  // What SQS and EventBridge say of a message comes before its body: that may be a stranger's.
  if (letter.sourceArn || (queue.sources.length > 0 && text("reason"))) {
    return fromQueue(letter, queue);
  }
  const ruleArn = text("RULE_ARN");
  if (ruleArn) return fromRule(letter, ruleArn, body);
  // SNS and Lambda give a dead letter these; a record for a destination has no attributes.
  if (text("RequestID") && text("ErrorCode")) {
    return fromTopic(letter, body) ?? { ...failed(letter), origin: bareEvent(letter) };
  }
  return (
    fromRefund(letter, body) ??
    fromFunction(body) ??
    fromTopic(letter, body) ??
    (queue.sources.length > 0 ? fromQueue(letter, queue) : undefined)
  );
}

function fromQueue(letter: DeadLetter, { sources }: DeadLetterQueue): Diagnosis {
  const { sourceArn } = letter;
  const errorType = attributeText(letter, "errorType");
  const given = attributeText(letter, "reason");
  // The receive count itself grows each time the message is read.
  const receives = sources.find(({ arn }) => arn === sourceArn)?.maxReceives;
  const received = `received ${receives === undefined ? "" : `${receives} times `}without success`;
  const reason = given && errorType ? `${errorType}: ${given}` : (given ?? errorType ?? received);
  return { reason, origin: { kind: "queue", ...(sourceArn && { sourceArn }) } };
}

function fromRule(letter: DeadLetter, ruleArn: string, body: unknown): Diagnosis {
  const reason = `${attributeText(letter, "ERROR_CODE")}: ${attributeText(letter, "ERROR_MESSAGE")}`;
  const event = v.safeParse(busEvent, body);
  if (!event.success) return { reason, origin: { kind: "unknown" } };
  return { reason, origin: { kind: "rule", ruleArn, event: event.output } };
}

function fromTopic(letter: DeadLetter, body: unknown): Diagnosis | undefined {
  const found = v.safeParse(notification, body);
  if (!found.success) return undefined;
  return { ...failed(letter), origin: { kind: "notification", envelope: found.output } };
}

function fromRefund(letter: DeadLetter, body: unknown): Diagnosis | undefined {
  const kind = attributeText(letter, "kind") ?? findText(body, "kind");
  const found = v.safeParse(refund, body);
  if (kind !== "parked-refund" || !found.success) return undefined;
  const { taskToken, reason } = found.output;
  return { reason: errorText(reason) ?? "refund is parked", origin: { kind: "refund", taskToken } };
}

function fromFunction(body: unknown): Diagnosis | undefined {
  const batch = v.safeParse(streamBatch, body);
  if (batch.success) {
    const { requestContext, responsePayload, DDBStreamBatchInfo } = batch.output;
    const { functionArn, condition } = requestContext;
    const reason = [condition, errorText(responsePayload)].filter(Boolean).join(": ");
    return { reason, origin: { kind: "stream", functionArn, batch: DDBStreamBatchInfo } };
  }
  const pipe = v.safeParse(pipeBatch, body);
  if (pipe.success) {
    return { reason: pipe.output.context.condition, origin: { kind: "pipe" } };
  }
  const call = v.safeParse(invocation, body);
  if (!call.success) return undefined;
  const { requestContext, requestPayload: payload, responsePayload } = call.output;
  const { functionArn, condition } = requestContext;
  const reason = errorText(responsePayload) ?? condition;
  return { reason, origin: { kind: "invocation", functionArn, payload } };
}

function bareEvent({ body }: DeadLetter): Origin {
  return { kind: "event", payload: body };
}

function failed(letter: DeadLetter): { reason: string } {
  const [code, message] = ["ErrorCode", "ErrorMessage"].map((name) => attributeText(letter, name));
  return { reason: [code, message].filter(Boolean).join(": ") || "could not be delivered" };
}

/** An error as Lambda or Step Functions reports it, on one line. */
function errorText(error: unknown): string | undefined {
  if (typeof error === "string") return error || undefined;
  if (typeof error !== "object" || error === null) return undefined;
  const { errorType, errorMessage, Error: name, Cause } = error as Record<string, unknown>;
  const cause = typeof Cause === "string" ? (findText(parsed(Cause), "errorMessage") ?? Cause) : "";
  const parts = [errorType ?? name, errorMessage ?? cause];
  return parts.filter((part) => typeof part === "string" && part).join(": ") || undefined;
}
