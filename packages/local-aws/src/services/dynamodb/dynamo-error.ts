import { ServiceError } from "../../kernel/service-error.ts";

/** DynamoDB's validation error. */
export function validationError(message: string): ServiceError {
  return new ServiceError("ValidationException", message);
}

/** DynamoDB's validation error of a parameter's value. */
export function invalidParameter(message: string): ServiceError {
  return validationError(`One or more parameter values were invalid: ${message}`);
}

/** DynamoDB's error for a table, or a stream, that is not there. */
export function notFound(message: string): ServiceError {
  return new ServiceError("ResourceNotFoundException", message);
}

/** DynamoDB's error for a table that is there already. */
export function resourceInUse(message: string): ServiceError {
  return new ServiceError("ResourceInUseException", message);
}

/** DynamoDB's error for a condition that does not hold. */
export function conditionFailed(details: Record<string, unknown> = {}): ServiceError {
  return new ServiceError(
    "ConditionalCheckFailedException",
    "The conditional request failed",
    400,
    details,
  );
}
