import { ServiceError } from "../../kernel/service-error.ts";

/** DynamoDB's validation error. */
export function validationError(message: string): ServiceError {
  return new ServiceError("ValidationException", message);
}

/** DynamoDB's validation error of a parameter's value. */
export function invalidParameter(message: string): ServiceError {
  return validationError(`One or more parameter values were invalid: ${message}`);
}

/** DynamoDB's error for a table or stream that does not exist. */
export function notFound(message: string): ServiceError {
  return new ServiceError("ResourceNotFoundException", message);
}

/** DynamoDB's error for a table that already exists. */
export function resourceInUse(message: string): ServiceError {
  return new ServiceError("ResourceInUseException", message);
}

/** DynamoDB's error for a failed condition. */
export function conditionFailed(details: Record<string, unknown> = {}): ServiceError {
  return new ServiceError(
    "ConditionalCheckFailedException",
    "The conditional request failed",
    400,
    details,
  );
}
