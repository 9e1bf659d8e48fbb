interface TypeDefaults {
  status: number;
  message: string;
  /** Value of `x-amzn-ErrorType`. */
  errorType: string;
}

const INTERNAL = "Internal server error";

/** Every gateway response type, with AWS's default response. */
export const GATEWAY_RESPONSE_TYPES = {
  ACCESS_DENIED: defaults(403, "Forbidden", "AccessDeniedException"),
  API_CONFIGURATION_ERROR: defaults(500, INTERNAL, "InternalServerErrorException"),
  AUTHORIZER_CONFIGURATION_ERROR: defaults(500, INTERNAL, "AuthorizerConfigurationException"),
  AUTHORIZER_FAILURE: defaults(500, INTERNAL, "AuthorizerFailureException"),
  BAD_REQUEST_BODY: defaults(400, "Invalid request body", "BadRequestException"),
  BAD_REQUEST_PARAMETERS: defaults(400, "Bad request parameters", "BadRequestException"),
  DEFAULT_4XX: defaults(400, "Bad Request", "BadRequestException"),
  DEFAULT_5XX: defaults(500, INTERNAL, "InternalServerErrorException"),
  EXPIRED_TOKEN: defaults(403, "Forbidden", "ExpiredTokenException"),
  INTEGRATION_FAILURE: defaults(504, INTERNAL, "InternalServerErrorException"),
  INTEGRATION_TIMEOUT: defaults(504, "Endpoint request timed out", "InternalServerErrorException"),
  INVALID_API_KEY: defaults(403, "Forbidden", "ForbiddenException"),
  INVALID_SIGNATURE: defaults(403, "Forbidden", "InvalidSignatureException"),
  MISSING_AUTHENTICATION_TOKEN: defaults(
    403,
    "Missing Authentication Token",
    "MissingAuthenticationTokenException",
  ),
  QUOTA_EXCEEDED: defaults(429, "Limit Exceeded", "LimitExceededException"),
  REQUEST_TOO_LARGE: defaults(413, "Request Too Long", "RequestTooLargeException"),
  RESOURCE_NOT_FOUND: defaults(404, "Not Found", "NotFoundException"),
  THROTTLED: defaults(429, "Too Many Requests", "TooManyRequestsException"),
  UNAUTHORIZED: defaults(401, "Unauthorized", "UnauthorizedException"),
  UNSUPPORTED_MEDIA_TYPE: defaults(415, "Unsupported Media Type", "BadRequestException"),
  WAF_FILTERED: defaults(403, "Forbidden", "ForbiddenException"),
} as const satisfies Record<string, TypeDefaults>;

/** Name of a gateway response type, e.g. `THROTTLED`. */
export type GatewayResponseType = keyof typeof GATEWAY_RESPONSE_TYPES;

interface GatewayErrorOptions {
  message?: string;
  /** Status if it is not the type's own, e.g. 502 for a malformed response. */
  status?: number;
  /** Why, for the person at the keyboard; clients never see it. */
  reason?: string;
  /** What the validator found, for `$context.error.validationErrorString`. */
  validationErrors?: string;
}

/** An error that the gateway itself returns; the API's gateway responses decide its format. */
export class GatewayError extends Error {
  override readonly name = "GatewayError";
  readonly type: GatewayResponseType;
  readonly status: number;
  readonly errorType: string;
  readonly reason: string | undefined;
  readonly validationErrors: string | undefined;

  constructor(type: GatewayResponseType, options: GatewayErrorOptions = {}) {
    const { status, message, errorType } = GATEWAY_RESPONSE_TYPES[type];
    super(options.message ?? message);
    this.type = type;
    this.status = options.status ?? status;
    this.errorType = errorType;
    this.reason = options.reason;
    this.validationErrors = options.validationErrors;
  }
}

/** The 5XX that AWS returns when an integration is misconfigured or misbehaves. */
export function internalError(reason: string, status: 500 | 502 = 500): GatewayError {
  return new GatewayError("DEFAULT_5XX", { status, reason });
}

function defaults(status: number, message: string, errorType: string): TypeDefaults {
  return { status, message, errorType };
}
