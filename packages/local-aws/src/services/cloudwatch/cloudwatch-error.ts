import { ServiceError } from "../../kernel/service-error.ts";

/** A value that CloudWatch does not take. */
export function invalidValue(message: string): ServiceError {
  return new ServiceError("InvalidParameterValueException", message);
}

/** Values that CloudWatch does not take together. */
export function invalidCombination(message: string): ServiceError {
  return new ServiceError("InvalidParameterCombinationException", message);
}

/** A parameter that must be there. */
export function missingParameter(name: string): ServiceError {
  return new ServiceError(
    "MissingRequiredParameterException",
    `The parameter ${name} is required.`,
  );
}

/** CloudWatch's error for a resource that does not exist. */
export function notFound(message: string): ServiceError {
  return new ServiceError("ResourceNotFound", message, 404);
}
