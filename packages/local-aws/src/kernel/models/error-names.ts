import type { ServiceError } from "../service-error.ts";
import type { ServiceModel } from "./service-model.ts";

/** The service of the error: the dispatcher's name if it is served, and its model. */
export interface ErrorSource {
  service?: string;
  model?: ServiceModel;
}

// Errors that every service has: the shape's name, and the query protocol's code for it.
const COMMON: Record<string, string> = {
  AccessDeniedException: "AccessDenied",
  InternalFailure: "InternalFailure",
  InvalidParameterCombinationException: "InvalidParameterCombination",
  InvalidParameterValueException: "InvalidParameterValue",
  MissingAuthenticationTokenException: "MissingAuthenticationToken",
  MissingRequiredParameterException: "MissingParameter",
  SerializationException: "MalformedInput",
  UnknownOperationException: "InvalidAction",
  ValidationException: "ValidationError",
};
// SQS words one error differently for clients of the older protocol.
const QUERY_SENTENCES: Record<string, string> = {
  QueueDoesNotExist: "The specified queue does not exist for this wsdl version.",
};
const SHAPES = Object.fromEntries(Object.entries(COMMON).map(([shape, code]) => [code, shape]));
const NAMESPACES: Record<string, string> = {
  cloudwatch: "com.amazonaws.cloudwatch#",
  dynamodb: "com.amazonaws.dynamodb.v20120810#",
  dynamodbstreams: "com.amazonaws.dynamodb.v20120810#",
  sqs: "com.amazonaws.sqs#",
};

/** An error's code in the query protocol, e.g. `AWS.SimpleQueueService.NonExistentQueue`. */
export function queryCode({ model }: ErrorSource, { code }: ServiceError): string {
  const own = model && Object.hasOwn(model.errors, code) ? model.errors[code]?.code : undefined;
  return own ?? (Object.hasOwn(COMMON, code) ? COMMON[code] : undefined) ?? code;
}

/** An error's sentence in the query protocol. */
export function queryMessage({ code, message }: ServiceError): string {
  return Object.hasOwn(QUERY_SENTENCES, code) ? (QUERY_SENTENCES[code] ?? message) : message;
}

/** The name of an error's shape: JSON and CBOR carry it as `__type`, in full where AWS does so. */
export function errorType({ service, model }: ErrorSource, { code }: ServiceError): string {
  const namespace = service && NAMESPACES[service];
  if (!namespace) return code;
  if (code === "ValidationException") return "com.amazon.coral.validate#ValidationException";
  if (model && Object.hasOwn(model.errors, code)) return `${namespace}${code}`;
  const shape = (Object.hasOwn(SHAPES, code) ? SHAPES[code] : undefined) ?? code;
  return Object.hasOwn(COMMON, shape) ? `com.amazon.coral.service#${shape}` : `${namespace}${code}`;
}

/** The header by which SDKs that grew up with the query protocol find the older codes. */
export function queryErrorHeader(by: ErrorSource, error: ServiceError): Record<string, string> {
  if (!by.model?.queryCompatible) return {};
  return { "x-amzn-query-error": `${queryCode(by, error)};${fault(error)}` };
}

/** `Sender` or `Receiver`, as the query protocol names the party at fault. */
export function fault({ status }: ServiceError): "Sender" | "Receiver" {
  return status < 500 ? "Sender" : "Receiver";
}
