import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { isUnavailable } from "./aws-error.ts";
import { ANSWER_HEADERS, PROBLEM_TYPE, problem } from "./contract.ts";
import { HttpError } from "./http-error.ts";

/** What a handler answers when all is well. */
export interface Answer {
  status: number;
  body: object;
  headers?: Record<string, string>;
}

const RETRY_AFTER_SECONDS = 1;

/**
 * Answers a request with what `work` returns, as JSON, or with the problem that it throws. An error that is not an
 * {@link HttpError} is logged, and the client learns only that it was ours.
 */
export async function respond(
  event: APIGatewayProxyEvent,
  work: () => Promise<Answer>,
): Promise<APIGatewayProxyResult> {
  try {
    const { status, body, headers } = await work();
    return result(status, "application/json", body, headers);
  } catch (error) {
    return refuse(event, error instanceof HttpError ? error : unexpected(event, error));
  }
}

function unexpected(event: APIGatewayProxyEvent, error: unknown): HttpError {
  console.error({
    event: "request_failed",
    method: event.httpMethod,
    resource: event.resource,
    error: error instanceof Error ? error.stack : String(error),
  });
  return isUnavailable(error)
    ? new HttpError("unavailable", "The service is busy; try again.", {
        retryAfterSeconds: RETRY_AFTER_SECONDS,
      })
    : new HttpError("internal", "The request could not be completed; the error is recorded.");
}

function refuse(event: APIGatewayProxyEvent, error: HttpError): APIGatewayProxyResult {
  const { errors, members, retryAfterSeconds } = error.options;
  const body = {
    ...problem(error.code, error.message, event.requestContext.requestId),
    ...members,
  };
  if (errors) body.errors = errors;
  const headers = retryAfterSeconds ? { "Retry-After": String(retryAfterSeconds) } : undefined;
  return result(error.status, PROBLEM_TYPE, body, headers);
}

function result(
  statusCode: number,
  type: string,
  body: object,
  headers?: Record<string, string>,
): APIGatewayProxyResult {
  return {
    statusCode,
    headers: { ...ANSWER_HEADERS, "Content-Type": type, ...headers },
    body: JSON.stringify(body),
  };
}
