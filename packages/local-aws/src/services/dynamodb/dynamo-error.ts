import { ServiceError } from "../../kernel/service-error.ts";

interface EngineError {
  statusCode?: number;
  body?: { __type?: string; message?: string; Message?: string } & Record<string, unknown>;
}

/** An error of the engine as the service answers it; anything else is a bug and stays as it is. */
export function asServiceError(error: unknown): unknown {
  const { statusCode, body } = error as EngineError;
  if (!body?.__type) return error;
  const { __type, message, Message, ...details } = body;
  return new ServiceError(shortName(__type), message ?? Message ?? "", statusCode ?? 400, details);
}

/** DynamoDB's validation error. */
export function validationError(message: string): ServiceError {
  return new ServiceError("ValidationException", message);
}

/** DynamoDB's error for a table, or a stream, that is not there. */
export function notFound(message: string): ServiceError {
  return new ServiceError("ResourceNotFoundException", message);
}

function shortName(type: string): string {
  return type.slice(type.indexOf("#") + 1);
}
