import {
  ANSWER_HEADERS,
  details,
  PROBLEM_TYPE,
  type ProblemCode,
  problem,
  problems,
} from "../../../handlers/shared/contract.ts";
import type { Json } from "./schemas.ts";

interface Refusal {
  code: ProblemCode;
  detail: string;
  retryAfterSeconds?: number;
}

const badKey: Refusal = {
  code: "forbidden",
  detail: details.apiKey,
};
const denied: Refusal = { code: "forbidden", detail: "This request is not allowed." };
const noRoute: Refusal = {
  code: "not_found",
  detail: details.noRoute,
};
const failed: Refusal = {
  code: "internal",
  detail: details.internal,
};
const busy: Refusal = {
  code: "unavailable",
  detail: details.busy,
  retryAfterSeconds: 1,
};

/**
 * The gateway's own error responses, by API Gateway's name for the case. REQUEST_TOO_LARGE cannot be customised: a
 * request over 10 MB gets its own plain 413.
 */
const refusals: Record<string, Refusal> = {
  DEFAULT_4XX: { code: "invalid_parameter", detail: "The request is malformed." },
  DEFAULT_5XX: failed,
  ACCESS_DENIED: denied,
  API_CONFIGURATION_ERROR: failed,
  BAD_REQUEST_BODY: {
    code: "validation_failed",
    detail: "The body is not valid JSON, or does not match the schema.",
  },
  BAD_REQUEST_PARAMETERS: {
    code: "invalid_parameter",
    detail: "A required parameter is missing.",
  },
  EXPIRED_TOKEN: denied,
  INTEGRATION_FAILURE: busy,
  INTEGRATION_TIMEOUT: busy,
  INVALID_API_KEY: badKey,
  INVALID_SIGNATURE: denied,
  // What API Gateway calls a path or method that does not exist.
  MISSING_AUTHENTICATION_TOKEN: noRoute,
  QUOTA_EXCEEDED: {
    code: "throttled",
    detail: "This API key has used up its quota for today.",
    retryAfterSeconds: 3600,
  },
  RESOURCE_NOT_FOUND: noRoute,
  THROTTLED: {
    code: "throttled",
    detail: details.throttled,
    retryAfterSeconds: 1,
  },
  UNSUPPORTED_MEDIA_TYPE: {
    code: "unsupported_media_type",
    detail: details.mediaType,
  },
  WAF_FILTERED: denied,
};

/**
 * The gateway's own errors: problem documents with the same headers as those of handlers.
 *
 * @param signed Whether callers sign their requests: one that is not signed has no authentication token either.
 */
export function gatewayResponses(signed = false): Json {
  const all = signed ? { ...refusals, MISSING_AUTHENTICATION_TOKEN: denied } : refusals;
  return Object.fromEntries(
    Object.entries(all).map(([type, refusal]) => [type, gatewayResponse(refusal)]),
  );
}

function gatewayResponse({ code, detail, retryAfterSeconds }: Refusal): Json {
  const headers: Record<string, string> = { ...ANSWER_HEADERS, "Content-Type": PROBLEM_TYPE };
  if (retryAfterSeconds) headers["Retry-After"] = String(retryAfterSeconds);
  return {
    statusCode: String(problems[code].status),
    responseParameters: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        `gatewayresponse.header.${name}`,
        `'${value}'`,
      ]),
    ),
    // API Gateway inserts the request id; nothing else of a request is safe in JSON without escaping.
    responseTemplates: {
      "application/json": JSON.stringify(problem(code, detail, "$context.requestId")),
    },
  };
}
