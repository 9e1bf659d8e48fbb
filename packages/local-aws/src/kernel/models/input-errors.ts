import { ServiceError } from "../service-error.ts";
import type { Path, Violation } from "./input-reader.ts";

/** How one service words an input that violates its model. */
interface Dialect {
  /** Code of Coral's sentences: `1 validation error detected: Value … at …`. */
  validation: string;
  /** The message for a missing member, if the service has its own. */
  missing?: { code: string; message: (member: string) => string };
  /** Shapes whose constraints the service checks itself, later and with its own message. */
  later?: readonly string[];
  /** Shapes that the service reads itself, with all that is in them. */
  own?: readonly string[];
  /** The message for a value of the wrong type; DynamoDB words it differently from the others. */
  mismatch?: (message: string) => string;
}

const CORAL: Dialect = { validation: "ValidationException", mismatch: asCoral };
const NONE: readonly string[] = [];
const DIALECTS: Record<string, Dialect> = {
  dynamodb: {
    validation: "ValidationException",
    later: [
      "TableArn",
      "TableName",
      "Select",
      "ScalarAttributeType",
      "BatchGetRequestMap",
      "KeyList",
      "BatchWriteItemRequestMap",
      "WriteRequests",
      "TransactGetItemList",
      "TransactWriteItemList",
    ],
    own: [
      "AttributeMap",
      "AttributeValue",
      "ExpressionAttributeValueMap",
      "Key",
      "PutItemInputAttributeMap",
    ],
  },
  dynamodbstreams: { validation: "ValidationException" },
  logs: { ...CORAL, validation: "InvalidParameterException" },
  apigateway: { ...CORAL, validation: "BadRequestException" },
  // AWS lists the states of an execution in another order than its model.
  states: { ...CORAL, later: ["ExecutionStatus"] },
  sns: { ...CORAL, validation: "ValidationError" },
  sts: { ...CORAL, validation: "ValidationError" },
  sqs: {
    ...CORAL,
    validation: "InvalidParameterValue",
    later: [
      "QueueAttributeName",
      "MessageSystemAttributeName",
      "MessageSystemAttributeNameForSends",
    ],
    missing: {
      code: "MissingParameter",
      message: (member) => `The request must contain the parameter ${member}.`,
    },
  },
  cloudwatch: {
    ...CORAL,
    missing: {
      code: "MissingRequiredParameterException",
      message: (member) => `The parameter ${member} is required.`,
    },
  },
};

/** Shapes whose constraints the service checks itself. */
export function checkedLater(service: string): readonly string[] {
  return dialectOf(service).later ?? NONE;
}

/** Shapes that the service reads itself, with all that is in them. */
export function readBy(service: string): readonly string[] {
  return dialectOf(service).own ?? NONE;
}

/** The code of a service's errors for values that it does not take. */
export function validationCode(service: string): string {
  return dialectOf(service).validation;
}

/** The error of a service for members that break its model. */
export function violationError(service: string, violations: readonly Violation[]): ServiceError {
  const { validation, missing } = dialectOf(service);
  const absent = missing && violations.find((violation) => violation.missing);
  if (absent) return new ServiceError(missing.code, missing.message(memberPath(absent.path)));
  const sentences = violations.map(
    ({ path, shown, rule }) =>
      `Value${shown} at '${coralPath(path)}' failed to satisfy constraint: ${rule}`,
  );
  const count = `${sentences.length} validation error${sentences.length > 1 ? "s" : ""}`;
  return new ServiceError(validation, `${count} detected: ${sentences.join("; ")}`);
}

/** The error of a service for a value of the wrong type. */
export function typeError(service: string, message: string): ServiceError {
  const { mismatch = (same: string) => same } = dialectOf(service);
  return new ServiceError("SerializationException", mismatch(message));
}

function dialectOf(service: string): Dialect {
  return (Object.hasOwn(DIALECTS, service) ? DIALECTS[service] : undefined) ?? CORAL;
}

function asCoral(message: string): string {
  return message.replace(/ cannot be converted to (\w+)$/, (_all, type: string) => {
    const article = /^[AEIOU]/.test(type) ? "an" : "a";
    return ` can not be converted to ${article} ${type}`;
  });
}

/** `entries.1.member.id`: how Coral's sentences name a place. */
function coralPath({ parent, name, index }: Path): string {
  if (parent && index !== undefined) return `${coralPath(parent)}.${index}.member`;
  const own = name.charAt(0).toLowerCase() + name.slice(1);
  return parent ? `${coralPath(parent)}.${own}` : own;
}

/** `MetricData.member.1.MetricName`: how the query protocol names a place; a flat list's name is that of its items. */
function memberPath({ parent, name, index, wireName }: Path): string {
  if (parent && index !== undefined) {
    const list = wireName ? outer(parent, wireName) : `${memberPath(parent)}.member`;
    return `${list}.${index}`;
  }
  return outer({ parent }, wireName ?? name);
}

function outer({ parent }: Pick<Path, "parent">, own: string): string {
  return parent ? `${memberPath(parent)}.${own}` : own;
}
