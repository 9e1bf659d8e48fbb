import { ServiceError } from "../../kernel/service-error.ts";

/** The queue does not exist. */
export function noQueue(): ServiceError {
  return new ServiceError("QueueDoesNotExist", "The specified queue does not exist.");
}

/** A parameter has a value that SQS refuses. */
export function invalidParameter(message: string): ServiceError {
  return new ServiceError("InvalidParameterValue", message);
}

/** A parameter is missing. */
export function missingParameter(name: string): ServiceError {
  return new ServiceError("MissingParameter", `The request must contain the parameter ${name}.`);
}

/** A resource that a move task needs does not exist. */
export function notFound(message: string): ServiceError {
  return new ServiceError("ResourceNotFoundException", message, 404);
}
