import { ServiceError } from "../../kernel/service-error.ts";

/** A parameter that SNS refuses. */
export function invalidParameter(what: string): ServiceError {
  return new ServiceError("InvalidParameter", `Invalid parameter: ${what}`);
}

/** The prefix of SNS's error for an attribute that a subscription is created with. */
export function invalidAttribute(why: string): ServiceError {
  return invalidParameter(`Attributes Reason: ${why}`);
}

/** @throws ServiceError if a string has too few parts for an ARN. */
export function checkArn(parameter: string, arn: string): void {
  const { length } = arn.split(":");
  if (length >= 6) return;
  throw invalidParameter(
    `${parameter} Reason: An ARN must have at least 6 elements, not ${length}`,
  );
}
