import type { FunctionDefinition } from "./function-definition.ts";

/** A function as GetFunctionConfiguration and ListFunctions show it. */
export function describeFunction(
  definition: FunctionDefinition,
  modifiedAt: number,
): Record<string, unknown> {
  const { code, environment, deadLetterArn, logFormat, logGroup } = definition;
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
    CodeSha256: Buffer.from(code.hash, "hex").toString("base64"),
    Version: "$LATEST",
    LastModified: new Date(modifiedAt).toISOString().replace("Z", "+0000"),
    Environment: { Variables: environment },
    Architectures: definition.architectures,
    TracingConfig: { Mode: definition.tracing },
    LoggingConfig: {
      LogFormat: logFormat,
      LogGroup: logGroup,
      ...(logFormat === "JSON" && {
        ApplicationLogLevel: definition.logLevel,
        SystemLogLevel: definition.systemLogLevel,
      }),
    },
    PackageType: "Zip",
    State: "Active",
    LastUpdateStatus: "Successful",
    ...(deadLetterArn && { DeadLetterConfig: { TargetArn: deadLetterArn } }),
  };
}
