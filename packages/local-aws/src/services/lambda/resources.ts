import { type Declared, type Place, type ResourceType, TAGS } from "../../program/resource-type.ts";

const REGION = { region: "everything runs in the stack's one region" };

/** Lambda's Pulumi types. */
export const lambdaResourceTypes: ResourceType[] = [
  {
    type: "aws:lambda/function:Function",
    honours: [
      "name",
      "description",
      "role",
      "runtime",
      "handler",
      "code",
      "packageType",
      "timeout",
      "memorySize",
      "environment",
      "architectures",
      "loggingConfig",
      "reservedConcurrentExecutions",
      "deadLetterConfig",
    ],
    ignores: {
      ...TAGS,
      ...REGION,
      tracingConfig: "traces are not collected",
      kmsKeyArn: "environment variables are not encrypted",
      codeSigningConfigArn: "code is not signed",
      sourceCodeHash: "code is compared by its contents",
      publish: "there is only $LATEST",
      ephemeralStorage: "the temporary folder is not limited",
    },
    compute: computeFunction,
  },
  {
    type: "aws:lambda/alias:Alias",
    honours: ["functionName", "name"],
    ignores: {
      ...REGION,
      description: "it is not shown anywhere",
      functionVersion: "there is only $LATEST",
      routingConfig: "there is only $LATEST, so all traffic goes to the newest code",
    },
    compute: computeAlias,
  },
  {
    type: "aws:lambda/permission:Permission",
    honours: [
      "function",
      "qualifier",
      "action",
      "principal",
      "sourceArn",
      "sourceAccount",
      "statementId",
    ],
    ignores: REGION,
    compute({ inputs, generatedName }) {
      const statementId = String(inputs["statementId"] ?? generatedName);
      return { id: statementId, outputs: { statementId } };
    },
  },
  {
    type: "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
    honours: [
      "functionName",
      "qualifier",
      "maximumRetryAttempts",
      "maximumEventAgeInSeconds",
      "destinationConfig",
    ],
    ignores: REGION,
    compute: ({ inputs: { functionName, qualifier } }) => ({
      id: qualifier ? `${functionName}:${qualifier}` : String(functionName),
      outputs: {},
    }),
  },
];

function computeAlias({ inputs, generatedName }: Declared, { region, account }: Place) {
  const name = String(inputs["name"] ?? generatedName);
  const arn = `arn:aws:lambda:${region}:${account}:function:${inputs["functionName"]}:${name}`;
  const invokeArn = `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${arn}/invocations`;
  return { id: arn, outputs: { name, arn, invokeArn } };
}

/** Defaults of the provider and of AWS for what the program leaves out. */
function computeFunction({ inputs, generatedName }: Declared, { region, account }: Place) {
  const name = typeof inputs["name"] === "string" ? inputs["name"] : generatedName;
  const arn = `arn:aws:lambda:${region}:${account}:function:${name}`;
  const invokeArn = `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${arn}/invocations`;
  return {
    id: name,
    outputs: {
      name,
      arn,
      invokeArn,
      qualifiedArn: `${arn}:$LATEST`,
      version: "$LATEST",
      lastModified: "2026-01-01T00:00:00.000+0000",
      timeout: inputs["timeout"] ?? 3,
      memorySize: inputs["memorySize"] ?? 128,
      packageType: inputs["packageType"] ?? "Zip",
      architectures: inputs["architectures"] ?? ["x86_64"],
      reservedConcurrentExecutions: inputs["reservedConcurrentExecutions"] ?? -1,
      tracingConfig: inputs["tracingConfig"] ?? { mode: "PassThrough" },
      loggingConfig: {
        logFormat: "Text",
        logGroup: `/aws/lambda/${name}`,
        ...(inputs["loggingConfig"] as object | undefined),
      },
    },
  };
}
