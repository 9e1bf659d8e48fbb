import { ServiceError } from "../../kernel/service-error.ts";
import { StatesError } from "./states-error.ts";
import type { TaskResource } from "./task-resource.ts";

/** How a service's errors are called in a state machine. */
interface ErrorNames {
  /** Put before the error's name by the service's own integration, and by `aws-sdk:`. */
  optimized: string;
  sdk: string;
  /** The service as the cause names it. */
  service: string;
  /** Name of an error that the service's SDK has no class for. */
  generic: string;
  sdkGeneric: string;
  /** Codes that the SDK has a class for. */
  classes: readonly string[];
}

const ERRORS: Record<string, ErrorNames> = {
  lambda: {
    optimized: "Lambda",
    sdk: "Lambda",
    service: "AWSLambda",
    generic: "AWSLambdaException",
    sdkGeneric: "LambdaException",
    classes: [
      "EC2ThrottledException",
      "InvalidParameterValueException",
      "InvalidRequestContentException",
      "RequestTooLargeException",
      "ResourceConflictException",
      "ResourceNotFoundException",
      "ResourceNotReadyException",
      "ServiceException",
      "TooManyRequestsException",
      "UnsupportedMediaTypeException",
    ],
  },
  dynamodb: {
    optimized: "DynamoDB",
    sdk: "DynamoDb",
    service: "AmazonDynamoDBv2",
    generic: "AmazonDynamoDBException",
    sdkGeneric: "DynamoDbException",
    classes: [
      "ConditionalCheckFailedException",
      "IdempotentParameterMismatchException",
      "InternalServerError",
      "ItemCollectionSizeLimitExceededException",
      "ProvisionedThroughputExceededException",
      "RequestLimitExceeded",
      "ResourceNotFoundException",
      "TransactionCanceledException",
      "TransactionConflictException",
      "TransactionInProgressException",
    ],
  },
  sqs: {
    optimized: "SQS",
    sdk: "Sqs",
    service: "AmazonSQS",
    generic: "AmazonSQSException",
    sdkGeneric: "SqsException",
    classes: [
      "BatchEntryIdsNotDistinct",
      "EmptyBatchRequest",
      "InvalidMessageContents",
      "OverLimit",
      "QueueDoesNotExist",
      "ReceiptHandleIsInvalid",
      "TooManyEntriesInBatchRequest",
      "UnsupportedOperation",
    ],
  },
  sns: {
    optimized: "SNS",
    sdk: "Sns",
    service: "AmazonSNS",
    generic: "AmazonSNSException",
    sdkGeneric: "SnsException",
    classes: [
      "AuthorizationError",
      "EndpointDisabled",
      "InternalError",
      "InvalidParameter",
      "InvalidParameterValue",
      "NotFound",
    ],
  },
  events: {
    optimized: "EventBridge",
    sdk: "EventBridge",
    service: "AmazonCloudWatchEvents",
    generic: "AmazonCloudWatchEventsException",
    sdkGeneric: "EventBridgeException",
    classes: ["InternalException", "ResourceNotFoundException"],
  },
  states: {
    optimized: "StepFunctions",
    sdk: "Sfn",
    service: "AWSStepFunctions",
    generic: "AWSStepFunctionsException",
    sdkGeneric: "SfnException",
    classes: [
      "ExecutionAlreadyExists",
      "ExecutionLimitExceeded",
      "InvalidArn",
      "InvalidExecutionInput",
      "InvalidName",
      "StateMachineDeleting",
      "StateMachineDoesNotExist",
      "ValidationException",
    ],
  },
};

/** A service's error response as the error that Retry and Catch see; other errors are passed on unchanged. */
export function integrationError(
  thrown: unknown,
  { kind, service }: TaskResource,
  requestId: string,
): unknown {
  const names = ERRORS[service === "eventbridge" ? "events" : service];
  if (!(thrown instanceof ServiceError) || !names) return thrown;
  const { code, message, status } = thrown;
  const sdk = kind === "aws-sdk";
  const known = names.classes.includes(code);
  // The names are those of the Java SDK's classes.
  const className = code.endsWith("Exception") ? code : `${code}Exception`;
  const generic = sdk ? names.sdkGeneric : names.generic;
  const cause = sdk
    ? `${message} (Service: ${names.sdk}, Status Code: ${status}, Request ID: ${requestId})`
    : `${message} (Service: ${names.service}; Status Code: ${status}; Error Code: ${code}; Request ID: ${requestId}; Proxy: null)`;
  const prefix = sdk ? names.sdk : names.optimized;
  return new StatesError(`${prefix}.${known ? className : generic}`, cause);
}
