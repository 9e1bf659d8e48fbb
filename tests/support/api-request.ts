import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import * as assert from "uvu/assert";
import * as v from "valibot";
import { ANSWER_HEADERS, problemSchema } from "../../handlers/shared/contract.ts";

/** What a test says of a request; the rest is filled in as API Gateway would. */
export interface RequestParts {
  method?: string;
  resource?: string;
  pathParameters?: Record<string, string>;
  headers?: Record<string, string>;
  body?: string | null;
  isBase64Encoded?: boolean;
}

/** Id of every request that {@link apiRequest} makes. */
export const REQUEST_ID = "request-1";

/** An event as a REST API hands it to a function. */
export function apiRequest(parts: RequestParts = {}): APIGatewayProxyEvent {
  const { method = "GET", resource = "/", pathParameters = null, headers = {} } = parts;
  return {
    httpMethod: method,
    resource,
    path: resource,
    pathParameters,
    headers,
    multiValueHeaders: {},
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    stageVariables: null,
    body: parts.body ?? null,
    isBase64Encoded: parts.isBase64Encoded ?? false,
    requestContext: { requestId: REQUEST_ID } as APIGatewayProxyEvent["requestContext"],
  };
}

/** What a test expects of an error. */
export interface ExpectedProblem {
  status: number;
  code: string;
  /** Pointer and code of each field error. */
  errors?: [pointer: string, code: string][];
}

/** Checks that an answer is a whole problem document, and returns it. */
export function assertProblem(result: APIGatewayProxyResult, expected: ExpectedProblem) {
  const body: Record<string, unknown> = JSON.parse(result.body);
  const problem = v.parse(problemSchema, body);
  const found = problem.errors?.map(({ pointer, code }) => [pointer, code]);
  const [status, code, errors] = [result.statusCode, problem.code, found];
  assert.equal({ status, code, errors }, { errors: undefined, ...expected });
  assert.is(problem.status, result.statusCode);
  assert.is(problem.message, problem.detail);
  assert.is(problem.instance, `urn:request:${REQUEST_ID}`);
  assertHeaders(result, "application/problem+json");
  return body;
}

/** Checks an answer that is no error, whole. `others`: headers that not every answer has. */
export function assertAnswer(
  result: APIGatewayProxyResult,
  status: number,
  body: object,
  others: Record<string, string> = {},
): void {
  assert.equal({ status: result.statusCode, body: JSON.parse(result.body) }, { status, body });
  assertHeaders(result, "application/json", others);
}

function assertHeaders(
  result: APIGatewayProxyResult,
  type: string,
  others: Record<string, string> = {},
): void {
  const { "Retry-After": _, ...headers } = result.headers ?? {};
  assert.equal(headers, { ...ANSWER_HEADERS, "Content-Type": type, ...others });
}
