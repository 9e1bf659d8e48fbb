import * as v from "valibot";

/** Every error that an API can return, by the code that clients can switch on. */
export const problems = {
  invalid_json: { status: 400, title: "Invalid JSON" },
  validation_failed: { status: 400, title: "Validation failed" },
  invalid_parameter: { status: 400, title: "Invalid parameter" },
  invalid_page_token: { status: 400, title: "Invalid page token" },
  idempotency_key_missing: { status: 400, title: "Idempotency key missing" },
  idempotency_key_invalid: { status: 400, title: "Idempotency key invalid" },
  forbidden: { status: 403, title: "Forbidden" },
  not_found: { status: 404, title: "Not found" },
  payload_too_large: { status: 413, title: "Payload too large" },
  unsupported_media_type: { status: 415, title: "Unsupported media type" },
  idempotency_key_reused: { status: 422, title: "Idempotency key reused" },
  price_changed: { status: 422, title: "Price changed" },
  throttled: { status: 429, title: "Too many requests" },
  internal: { status: 500, title: "Internal error" },
  unavailable: { status: 503, title: "Service unavailable" },
} as const;

/** The name of an error. */
export type ProblemCode = keyof typeof problems;

/** Headers of every response, of handlers and gateways. */
export const ANSWER_HEADERS = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Expose-Headers": "Idempotent-Replayed,Location,Retry-After,x-amzn-RequestId",
  "Cache-Control": "no-store",
  "X-Content-Type-Options": "nosniff",
} as const;

/** Namespace of the business metrics. */
export const METRICS_NAMESPACE = "OrderProcessingSystem";

/** Grammar of ids that clients choose: plain ASCII, so that no encoding or case rule can turn one into another. */
export const PLAIN_ID = {
  pattern: /^[A-Za-z0-9][A-Za-z0-9._@-]{0,127}$/,
  rule: "must be 1 to 128 characters: letters, digits, and . _ @ -, with a letter or digit first",
} as const;

/** Maximum size of a body in bytes: also the maximum of an SQS message and an EventBridge event. */
export const MAX_BODY_BYTES = 256 * 1024;

/** Details of problem documents that several APIs share. */
export const details = {
  notJson: "The body cannot be read: it is not JSON.",
  oneFieldInvalid: "1 field is invalid",
  bodyTooLarge: `The body must be at most ${MAX_BODY_BYTES} bytes.`,
  mediaType: "The body must be application/json in UTF-8.",
  keyMissing: "The header Idempotency-Key is required.",
  keyInvalid:
    "Idempotency-Key must be one key of 1 to 255 visible ASCII characters without comma, quote, or backslash.",
  keyReused:
    "This Idempotency-Key was used with a different body; use a new key for a new request.",
  noRoute: "There is no such path, or it does not support this method.",
  internal: "The request failed because of an error on our side.",
  throttled: "There were too many requests; try again later.",
  apiKey: "The API key is missing or not valid for this API.",
  busy: "The service is busy; try again.",
} as const;

/** Grammar of an `Idempotency-Key`: visible ASCII. A comma would be two keys, and a quote or a backslash half of a quoted one. */
export const IDEMPOTENCY_KEY = /^[\x21\x23-\x2B\x2D-\x5B\x5D-\x7E]{1,255}$/;

/** Media type of every error body. */
export const PROBLEM_TYPE = "application/problem+json";

/** What is wrong with one field of a request body. */
export const fieldErrorSchema = v.object({
  pointer: v.pipe(
    v.string(),
    v.description("JSON pointer to the field; empty for the body as a whole."),
  ),
  code: v.pipe(v.string(), v.description("Code of the error, for programs.")),
  message: v.pipe(v.string(), v.description("What a valid value looks like, for people.")),
});

/** An error body: an RFC 9457 problem document. */
export const problemSchema = v.object({
  type: v.pipe(v.string(), v.description("URI of the kind of error.")),
  title: v.string(),
  status: v.pipe(v.number(), v.integer()),
  detail: v.pipe(v.string(), v.description("What went wrong with this request.")),
  instance: v.pipe(v.string(), v.description("URI of this request, for support.")),
  code: v.picklist(/* @__PURE__ */ Object.keys(problems) as ProblemCode[]),
  message: v.pipe(
    v.string(),
    v.description("Same as detail, for clients that read API Gateway's own errors."),
  ),
  errors: v.optional(v.array(fieldErrorSchema)),
});

/** What is wrong with one field of a request body. */
export type FieldError = v.InferOutput<typeof fieldErrorSchema>;

/** An error body: an RFC 9457 problem document. */
export type Problem = v.InferOutput<typeof problemSchema>;

/** The error body for one request. */
export function problem(code: ProblemCode, detail: string, requestId: string): Problem {
  const { status, title } = problems[code];
  return {
    type: `urn:problem-type:${code.replaceAll("_", "-")}`,
    title,
    status,
    detail,
    instance: `urn:request:${requestId}`,
    code,
    message: detail,
  };
}
