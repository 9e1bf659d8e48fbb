import type { FunctionDefinition } from "../../src/services/lambda/function-definition.ts";
import { ROLE } from "./test-kernel.ts";

/** ARN of {@link functionDefinition}. */
export const FUNCTION_ARN = "arn:aws:lambda:eu-central-1:000000000000:function:fn";

/** A function named `fn`, for tests that bring an executor of their own. */
export const functionDefinition: FunctionDefinition = {
  name: "fn",
  arn: FUNCTION_ARN,
  description: "",
  roleArn: ROLE,
  handler: "index.handler",
  code: { hash: "h", files: { "index.mjs": "" } },
  timeoutSeconds: 3,
  memoryMegabytes: 128,
  environment: {},
  architectures: [],
  logFormat: "JSON",
  logLevel: "INFO",
  systemLogLevel: "WARN",
  logGroup: "/aws/lambda/fn",
  tracing: "PassThrough",
};
