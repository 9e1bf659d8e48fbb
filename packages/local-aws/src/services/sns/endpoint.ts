import { ServiceError } from "../../kernel/service-error.ts";
import { invalidParameter } from "./sns-error.ts";

/** The protocols that are served here. */
const SERVED = ["sqs", "lambda", "email", "email-json", "sms"];
const NOT_SERVED = ["http", "https", "application", "firehose"];

/** @throws ServiceError where SNS would refuse a subscriber's protocol or address, or this runtime does. */
export function checkEndpoint(protocol: string, endpoint: string): void {
  if (NOT_SERVED.includes(protocol)) {
    throw invalidParameter(
      `protocol ${protocol} is not supported by the local runtime; use ${SERVED.join(", ")}`,
    );
  }
  if (!SERVED.includes(protocol)) {
    throw invalidParameter(`Amazon SNS does not support this protocol string: ${protocol}`);
  }
  if (protocol === "sqs" && !/^arn:[^:]+:sqs:[^:]+:\d{12}:[\w.-]+$/.test(endpoint)) {
    throw invalidParameter("SQS endpoint ARN");
  }
  if (protocol === "sqs" && endpoint.endsWith(".fifo")) {
    throw invalidParameter(
      "Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics",
    );
  }
  if (protocol === "lambda" && !/^arn:[^:]+:lambda:[^:]+:\d{12}:function:/.test(endpoint)) {
    throw invalidParameter("Lambda endpoint ARN");
  }
  if (protocol === "sms" && !/^\+?\d+(?:[-./ ]\d+)*$/.test(endpoint)) {
    throw new ServiceError("InvalidParameter", `Invalid SMS endpoint: ${endpoint}`);
  }
  if (protocol.startsWith("email") && !/^[^@\s]+@[^@\s]+$/.test(endpoint)) {
    throw invalidParameter("Email address");
  }
}
