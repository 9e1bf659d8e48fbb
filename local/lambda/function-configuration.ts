import { createHash } from "node:crypto";
import type { FunctionDefinition } from "./function-definition.ts";

/** A function as GetFunctionConfiguration and ListFunctions show it. */
export function describeFunction(definition: FunctionDefinition): Record<string, unknown> {
  const { code, environment, deadLetterArn } = definition;
  const size = Object.values(code.files).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  return {
    FunctionName: definition.name,
    FunctionArn: definition.arn,
    Runtime: "nodejs24.x",
    Role: definition.roleArn,
    Handler: definition.handler,
    CodeSize: size,
    Description: definition.description,
    Timeout: definition.timeoutSeconds,
    MemorySize: definition.memoryMegabytes,
    CodeSha256: createHash("sha256").update(code.hash).digest("base64"),
    Version: "$LATEST",
    Environment: { Variables: environment },
    Architectures: definition.architectures,
    TracingConfig: { Mode: definition.tracing },
    LoggingConfig: { LogFormat: definition.logFormat, LogGroup: definition.logGroup },
    PackageType: "Zip",
    State: "Active",
    LastUpdateStatus: "Successful",
    ...(deadLetterArn && { DeadLetterConfig: { TargetArn: deadLetterArn } }),
  };
}
