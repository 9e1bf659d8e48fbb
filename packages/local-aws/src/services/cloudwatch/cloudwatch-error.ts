import { ServiceError } from "../../kernel/service-error.ts";

/** A value that CloudWatch does not take. */
export function invalidValue(message: string): ServiceError {
  return new ServiceError("InvalidParameterValueException", message, 400, {
    queryCode: "InvalidParameterValue",
  });
}

/** Values that CloudWatch does not take together. */
export function invalidCombination(message: string): ServiceError {
  return new ServiceError("InvalidParameterCombinationException", message, 400, {
    queryCode: "InvalidParameterCombination",
  });
}

/** A parameter that must be there. */
export function missingParameter(name: string): ServiceError {
  return new ServiceError(
    "MissingRequiredParameterException",
    `The parameter ${name} is required.`,
    400,
    { queryCode: "MissingParameter" },
  );
}

/** Something that is not there. */
export function notFound(message: string): ServiceError {
  return new ServiceError("ResourceNotFound", message, 404, { queryCode: "ResourceNotFound" });
}
