import type { Kernel } from "../kernel.ts";
import type { RuntimeFailure } from "./executor.ts";
import type { FunctionDefinition } from "./function-definition.ts";

/** An asynchronous invocation that has come to its end. */
export interface AsyncEnd {
  requestId: string;
  /** The event as JSON text. */
  event: string;
  invokeCount: number;
  condition: "Success" | "RetriesExhausted" | "EventAgeExceeded";
  payload?: string | undefined;
  error?: RuntimeFailure | undefined;
}

/** Sends the record of an ended invocation to a destination, in the name of the function's role. */
export async function sendRecord(
  kernel: Kernel,
  definition: FunctionDefinition,
  destinationArn: string,
  end: AsyncEnd,
): Promise<void> {
  const record = JSON.stringify(destinationRecord(kernel, definition, end));
  await sendText(kernel, definition, destinationArn, record, {});
}

/** Sends the bare event of a failed invocation to the function's dead-letter target, in the name of its role. */
export async function sendDeadLetter(
  kernel: Kernel,
  definition: FunctionDefinition,
  targetArn: string,
  { event, requestId, error }: AsyncEnd,
): Promise<void> {
  await sendText(kernel, definition, targetArn, event, {
    RequestID: { DataType: "String", StringValue: requestId },
    ErrorCode: { DataType: "Number", StringValue: "200" },
    ErrorMessage: { DataType: "String", StringValue: error?.errorMessage ?? "unknown" },
  });
}

function destinationRecord(kernel: Kernel, { arn }: FunctionDefinition, end: AsyncEnd): object {
  const { requestId, event, invokeCount, condition, payload, error } = end;
  return {
    version: "1.0",
    timestamp: new Date(kernel.clock.now()).toISOString(),
    requestContext: {
      requestId,
      functionArn: `${arn}:$LATEST`,
      condition,
      approximateInvokeCount: invokeCount,
    },
    requestPayload: JSON.parse(event),
    responseContext: {
      statusCode: 200,
      executedVersion: "$LATEST",
      ...(error && { functionError: "Unhandled" }),
    },
    responsePayload: error ?? JSON.parse(payload ?? "null"),
  };
}

async function sendText(
  kernel: Kernel,
  { roleArn, name }: FunctionDefinition,
  arn: string,
  text: string,
  MessageAttributes: Record<string, { DataType: string; StringValue: string }>,
): Promise<void> {
  const caller = { kind: "role", roleArn, sessionName: name } as const;
  const [, , service, , account, resource = ""] = arn.split(":");
  const { dispatcher } = kernel;
  if (service === "sqs") {
    const QueueUrl = `http://127.0.0.1/${account}/${resource}`;
    const message = { QueueUrl, MessageBody: text, MessageAttributes };
    await dispatcher.call("sqs", "SendMessage", message, caller);
  } else if (service === "sns") {
    const message = { TopicArn: arn, Message: text, MessageAttributes };
    await dispatcher.call("sns", "Publish", message, caller);
  } else {
    throw new Error(`${arn} cannot be a destination here; use a queue or a topic`);
  }
}
