import { queueUrl } from "../../grammar/queue-url.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { parseJson } from "../../kernel/nesting.ts";
import type { RuntimeFailure } from "./executor.ts";
import type { FunctionDefinition } from "./function-definition.ts";

/** An asynchronous invocation that has ended. */
export interface AsyncEnd {
  requestId: string;
  /** The event as JSON text. */
  event: string;
  invokeCount: number;
  condition: "Success" | "RetriesExhausted" | "EventAgeExceeded";
  /** HTTP status of the last attempt: 200 when the function ran, even if it failed. */
  status: number;
  payload?: string | undefined;
  error?: RuntimeFailure | undefined;
}

type Attributes = Record<string, { DataType: string; StringValue: string }>;

// What a dead letter reports of an error.
const MAX_ERROR_MESSAGE = 1024;

/**
 * Sends the record of an ended invocation to a destination, in the name of the function's role.
 *
 * @throws ServiceError when the destination refuses it.
 */
export async function sendRecord(
  kernel: Kernel,
  definition: FunctionDefinition,
  destinationArn: string,
  end: AsyncEnd,
): Promise<void> {
  const record = JSON.stringify(destinationRecord(kernel, definition, end));
  const [, , service] = destinationArn.split(":");
  if (service === "events") {
    await putEvent(kernel, definition, destinationArn, end, record);
  } else if (service === "lambda") {
    const input = { FunctionName: destinationArn, InvocationType: "Event", Payload: record };
    await kernel.dispatcher.call("lambda", "Invoke", input, callerOf(definition));
  } else {
    await sendText(kernel, definition, destinationArn, record, {});
  }
}

/**
 * Sends the bare event of a failed invocation to the function's dead-letter target, in the name of its role.
 *
 * @throws ServiceError when the target refuses it.
 */
export async function sendDeadLetter(
  kernel: Kernel,
  definition: FunctionDefinition,
  targetArn: string,
  { event, requestId, status, error }: AsyncEnd,
): Promise<void> {
  const message = (error?.errorMessage || "unknown").slice(0, MAX_ERROR_MESSAGE);
  await sendText(kernel, definition, targetArn, event, {
    RequestID: { DataType: "String", StringValue: requestId },
    ErrorCode: { DataType: "Number", StringValue: String(status) },
    ErrorMessage: { DataType: "String", StringValue: message },
  });
}

function destinationRecord(kernel: Kernel, { arn }: FunctionDefinition, end: AsyncEnd): object {
  const { requestId, event, invokeCount, condition, status, payload, error } = end;
  return {
    version: "1.0",
    timestamp: new Date(kernel.clock.now()).toISOString(),
    requestContext: {
      requestId,
      functionArn: `${arn}:$LATEST`,
      condition,
      approximateInvokeCount: invokeCount,
    },
    requestPayload: parseJson(event),
    responseContext: {
      statusCode: status,
      executedVersion: "$LATEST",
      ...(error && { functionError: "Unhandled" }),
    },
    responsePayload: error ?? parseJson(payload ?? "null"),
  };
}

async function putEvent(
  kernel: Kernel,
  definition: FunctionDefinition,
  busArn: string,
  end: AsyncEnd,
  record: string,
): Promise<void> {
  const entry = {
    EventBusName: busArn,
    Source: "lambda",
    DetailType: `Lambda Function Invocation Result - ${end.error ? "Failure" : "Success"}`,
    Resources: [busArn, `${definition.arn}:$LATEST`],
    Detail: record,
  };
  const { Entries = [] } = await kernel.dispatcher.call<{ Entries?: { ErrorMessage?: string }[] }>(
    "events",
    "PutEvents",
    { Entries: [entry] },
    callerOf(definition),
  );
  const [refusal] = Entries.flatMap(({ ErrorMessage }) => ErrorMessage ?? []);
  if (refusal) throw new Error(`${busArn} refuses the record: ${refusal}`);
}

async function sendText(
  kernel: Kernel,
  definition: FunctionDefinition,
  arn: string,
  text: string,
  MessageAttributes: Attributes,
): Promise<void> {
  const caller = callerOf(definition);
  if (arn.startsWith("arn:aws:sqs:")) {
    const message = { QueueUrl: queueUrl(arn), MessageBody: text, MessageAttributes };
    await kernel.dispatcher.call("sqs", "SendMessage", message, caller);
  } else {
    const message = { TopicArn: arn, Message: text, MessageAttributes };
    await kernel.dispatcher.call("sns", "Publish", message, caller);
  }
}

function callerOf({ roleArn, name }: FunctionDefinition) {
  return { kind: "role", roleArn, sessionName: name } as const;
}
