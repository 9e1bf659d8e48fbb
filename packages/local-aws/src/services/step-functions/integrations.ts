import type { Kernel } from "../../kernel/kernel.ts";
import { parseJson } from "../../kernel/nesting.ts";
import type { Caller } from "../../kernel/service.ts";
import { newTraceHeader } from "../../kernel/trace-header.ts";
import type { ContextObject } from "./asl-types.ts";
import { httpMetadata } from "./http-metadata.ts";
import { integrationError } from "./integration-error.ts";
import { StatesError } from "./states-error.ts";
import { parseTaskResource, SDK_SERVICES, type TaskResource } from "./task-resource.ts";
import type { InvokeTask } from "./thread.ts";

type Fields = Record<string, unknown>;

/** What an integration sends, and what it makes of the response. */
interface Integration {
  request(payload: Fields, context: ContextObject): Fields;
  result?(answer: Fields, http: Fields): unknown;
}

const AS_IT_IS: Integration = { request: (payload) => payload };

const OPTIMIZED: Record<string, Integration> = {
  "lambda:invoke": {
    // A string is the JSON itself; nothing is an empty object.
    request: ({ Payload, ...others }) => ({
      InvocationType: "RequestResponse",
      ...others,
      Payload: typeof Payload === "string" ? Payload : JSON.stringify(Payload ?? {}),
    }),
    result: (answer, http) => ({
      ExecutedVersion: answer.ExecutedVersion,
      ...(answer.LogResult !== undefined && { LogResult: answer.LogResult }),
      Payload: functionResult(answer, written),
      ...http,
      StatusCode: answer.StatusCode,
    }),
  },
  "sqs:sendMessage": {
    request: (payload) => ({ ...payload, MessageBody: asText(payload.MessageBody) }),
  },
  "sns:publish": { request: (payload) => ({ ...payload, Message: asText(payload.Message) }) },
  "events:putEvents": {
    request: (payload, { StateMachine, Execution }) => ({
      ...payload,
      Entries: list(payload.Entries).map((entry) => ({
        ...entry,
        Detail: asText(entry.Detail),
        // As on AWS, the event contains the execution that sent it.
        Resources: [...list(entry.Resources), StateMachine.Id, Execution.Id],
      })),
    }),
    // Recorded on AWS: without the headers, other than the integrations beside it.
    result: (answer) => {
      if (Number(answer.FailedEntryCount) > 0) {
        throw new StatesError("EventBridge.FailedEntry", JSON.stringify(answer));
      }
      return answer;
    },
  },
  // The API's own members begin with a lowercase letter, those of the integration with an uppercase letter.
  "states:startExecution": {
    request: ({ StateMachineArn, Name, Input = {} }) => ({
      stateMachineArn: StateMachineArn,
      ...(Name !== undefined && { name: Name }),
      input: asText(Input),
    }),
    result: ({ executionArn, startDate }, http) => ({
      ExecutionArn: executionArn,
      StartDate: startDate,
      ...http,
    }),
  },
  "dynamodb:getItem": AS_IT_IS,
  "dynamodb:putItem": AS_IT_IS,
  "dynamodb:updateItem": AS_IT_IS,
  "dynamodb:deleteItem": AS_IT_IS,
};

/** Does tasks' work through the dispatcher in the name of the machine's role. */
export function taskInvoker(
  { dispatcher, clock, newId }: Pick<Kernel, "dispatcher" | "clock" | "newId">,
  caller: Caller,
  sentTrace?: string,
): InvokeTask {
  return async (arn, payload, context, manner) => {
    const resource = parseTaskResource(arn);
    const requestId = newId();
    const traceHeader = sentTrace ?? newTraceHeader(requestId, clock.now());
    const send = async (service: string, operation: string, input: Fields) => {
      if (service !== "lambda") manner.onStarted?.();
      try {
        const answer = await dispatcher.call(service, operation, input, caller, requestId, {
          ...manner,
          // Only a function gets a trace header that no caller sent.
          traceHeader: service === "lambda" ? traceHeader : sentTrace,
        });
        return (answer ?? {}) as Fields;
      } catch (error) {
        throw integrationError(error, resource, requestId);
      }
    };
    if (resource.kind === "function") {
      const answer = await send("lambda", "Invoke", {
        FunctionName: arn,
        InvocationType: "RequestResponse",
        Payload: JSON.stringify(payload),
      });
      return functionResult(answer, (text) => text);
    }
    const fields = asFields(payload, resource);
    const operation = `${resource.action.charAt(0).toUpperCase()}${resource.action.slice(1)}`;
    if (resource.kind === "aws-sdk") {
      return send(SDK_SERVICES[resource.service] ?? resource.service, operation, fields);
    }
    const integration = OPTIMIZED[`${resource.service}:${resource.action}`] ?? AS_IT_IS;
    const answer = await send(resource.service, operation, integration.request(fields, context));
    const { service } = resource;
    const http = httpMetadata({ service, answer, requestId, traceHeader, now: clock.now() });
    return integration.result?.(answer, http) ?? { ...answer, ...http };
  };
}

/**
 * What a function answered.
 *
 * @throws StatesError named after the function's `errorType`, with the whole payload as its cause.
 */
function functionResult(
  { Payload, FunctionError }: Fields,
  asCause: (payload: string) => string,
): unknown {
  const text = typeof Payload === "string" ? Payload : "";
  if (FunctionError === undefined) return text === "" ? null : parseJson(text);
  const errorType = errorTypeOf(text);
  if (errorType !== undefined) throw new StatesError(errorType, asCause(text));
  throw new StatesError(
    "Lambda.Unknown",
    `The cause could not be determined because Lambda did not return an error type. Returned payload: ${text}`,
  );
}

/** JSON as this runtime writes it: the optimized integration parses and serialises the function's payload. */
function written(json: string): string {
  return JSON.stringify(parseJson(json));
}

function errorTypeOf(payload: string): string | undefined {
  try {
    const { errorType } = parseJson(payload);
    return typeof errorType === "string" ? errorType : undefined;
  } catch {
    // A payload that is not JSON has no error type; the caller reports it unchanged.
    return undefined;
  }
}

function asFields(payload: unknown, { arn }: TaskResource): Fields {
  if (payload === null || typeof payload !== "object" || Array.isArray(payload)) {
    throw new StatesError(
      "States.Runtime",
      `The parameters of ${arn} must be an object, not ${JSON.stringify(payload)}`,
    );
  }
  return payload as Fields;
}

function asText(value: unknown): unknown {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : value;
}

function list(value: unknown): Fields[] {
  return Array.isArray(value) ? value : [];
}
