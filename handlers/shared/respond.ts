import { ANSWER_HEADERS, details, PROBLEM_TYPE, problem } from "./contract.ts";
import { optionalEnv } from "./env.ts";
import { HttpError } from "./http-error.ts";
import type { GatewayRequest } from "./request.ts";
import { isTransient } from "./transient-error.ts";

/** A request with its route, which REST APIs and HTTP APIs name differently. */
export type RoutedRequest = GatewayRequest &
  ({ httpMethod: string; resource: string } | { routeKey: string });

/** A response in the form that REST APIs and HTTP APIs both accept. */
export interface GatewayAnswer {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
}

/** A handler's successful response. */
export interface Answer {
  status: number;
  body: object;
  headers?: Record<string, string>;
}

const RETRY_AFTER_SECONDS = 1;

/**
 * Responds with what `work` returns, as JSON, or with the problem that it throws. Any error other than an
 * {@link HttpError} is logged, and the client gets a 500 or 503 without its details.
 */
export async function respond(
  event: RoutedRequest,
  work: () => Promise<Answer>,
): Promise<GatewayAnswer> {
  try {
    const { status, body, headers } = await work();
    return result(status, "application/json", body, headers);
  } catch (error) {
    return refuse(event, error instanceof HttpError ? error : unexpected(event, error));
  }
}

function unexpected(event: RoutedRequest, error: unknown): HttpError {
  console.error({
    event: "request_failed",
    route: "routeKey" in event ? event.routeKey : `${event.httpMethod} ${event.resource}`,
    error: error instanceof Error ? error.stack : String(error),
  });
  return isTransient(error)
    ? new HttpError("unavailable", details.busy, {
        retryAfterSeconds: RETRY_AFTER_SECONDS,
      })
    : new HttpError("internal", details.internal);
}

function refuse(event: RoutedRequest, error: HttpError): GatewayAnswer {
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
): GatewayAnswer {
  // Where a stack names no origins, any page may read the response.
  const origin = optionalEnv("CORS_ORIGIN");
  const named = origin ? { "Access-Control-Allow-Origin": origin } : {};
  return {
    statusCode,
    headers: { ...ANSWER_HEADERS, ...named, "Content-Type": type, ...headers },
    body: JSON.stringify(body),
  };
}
