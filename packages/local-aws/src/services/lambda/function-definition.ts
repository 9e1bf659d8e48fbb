import type { RecordedArchive, RecordedResource } from "../../program/recorded.ts";
import { canBeDeadLetterTarget } from "./destination-arn.ts";

/** A function as the program declares it, with AWS's defaults. */
export interface FunctionDefinition {
  name: string;
  arn: string;
  description: string;
  roleArn: string;
  handler: string;
  code: RecordedArchive;
  timeoutSeconds: number;
  memoryMegabytes: number;
  environment: Record<string, string>;
  architectures: string[];
  logFormat: "JSON" | "Text";
  /** Lowest level that is kept, in JSON format. */
  logLevel: string;
  /** Lowest level of the platform's own lines, in JSON format. */
  systemLogLevel: string;
  logGroup: string;
  tracing: string;
  /** Maximum number of environments; undefined means no limit of its own. */
  reservedConcurrency?: number;
  deadLetterArn?: string;
  /** Port on which a debugger may attach; its time is then not limited, and one event runs at a time. */
  inspectPort?: number;
}

interface FunctionInputs {
  description?: string;
  role: string;
  runtime?: string;
  handler?: string;
  code?: RecordedArchive;
  packageType?: string;
  timeout?: number;
  memorySize?: number;
  environment?: { variables?: Record<string, string> };
  architectures?: string[];
  loggingConfig?: {
    logFormat?: string;
    logGroup?: string;
    applicationLogLevel?: string;
    systemLogLevel?: string;
  };
  tracingConfig?: { mode?: string };
  reservedConcurrentExecutions?: number;
  deadLetterConfig?: { targetArn?: string };
}

const RUNTIME = "nodejs24.x";
const MAX_ENVIRONMENT_BYTES = 4096;
// Lambda sets these itself and refuses functions that set them.
const RESERVED =
  /^(_HANDLER|_X_AMZN_TRACE_ID|LAMBDA_TASK_ROOT|LAMBDA_RUNTIME_DIR|AWS_(REGION|DEFAULT_REGION|EXECUTION_ENV|ACCESS_KEY|ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN)|AWS_LAMBDA_(FUNCTION_NAME|FUNCTION_MEMORY_SIZE|FUNCTION_VERSION|INITIALIZATION_TYPE|LOG_GROUP_NAME|LOG_STREAM_NAME|RUNTIME_API))$/;

/**
 * Reads a function from its recorded inputs.
 *
 * @throws Error that starts with the resource's name, where AWS would refuse it, or this runtime does.
 */
export function functionDefinition(resource: RecordedResource): FunctionDefinition {
  const inputs = resource.inputs as unknown as FunctionInputs;
  const fail = (why: string): never => {
    throw new Error(`${resource.name}: ${why}`);
  };
  const name = String(resource.outputs["name"]);
  const { timeout = 3, memorySize = 128, handler = "", code, runtime } = inputs;
  if (name.length > 64) fail(`the function name ${name} is longer than 64 characters`);
  if (!/^[\w-]+$/.test(name))
    fail(`the function name ${name} may have only letters, digits, - and _`);
  if (inputs.packageType === "Image") fail("container images are not supported; use a zip package");
  if (runtime !== RUNTIME) fail(`runtime ${runtime} is not supported; use ${RUNTIME}`);
  if (!wholeWithin(timeout, 1, 900)) fail(`timeout ${timeout} must be from 1 to 900 seconds`);
  if (!wholeWithin(memorySize, 128, 10_240)) {
    fail(`memorySize ${memorySize} must be from 128 to 10240 MB`);
  }
  const environment = checkedEnvironment(inputs.environment?.variables ?? {}, fail);
  if (!code) return fail("there is no code");
  checkHandler(handler, code, fail);
  const { reservedConcurrentExecutions: reserved = -1 } = inputs;
  const deadLetterArn = inputs.deadLetterConfig?.targetArn;
  if (deadLetterArn && !canBeDeadLetterTarget(deadLetterArn)) {
    fail(`${deadLetterArn} cannot take dead letters; use a queue or a topic`);
  }
  return {
    name,
    arn: String(resource.outputs["arn"]),
    description: inputs.description ?? "",
    roleArn: inputs.role,
    handler,
    code,
    timeoutSeconds: timeout,
    memoryMegabytes: memorySize,
    environment,
    architectures: inputs.architectures ?? ["x86_64"],
    ...logSettings(name, inputs.loggingConfig ?? {}, fail),
    tracing: inputs.tracingConfig?.mode ?? "PassThrough",
    ...(reserved >= 0 && { reservedConcurrency: reserved }),
    ...(deadLetterArn && { deadLetterArn }),
  };
}

function wholeWithin(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

function checkHandler(
  handler: string,
  { files }: RecordedArchive,
  fail: (why: string) => never,
): void {
  const [, folder = "", file] = /^(.*\/)?([^./]*)\..+$/.exec(handler) ?? [];
  if (!file || handler.includes(".."))
    fail(`handler ${handler} must be a file and an export, as index.handler`);
  if ([".mjs", ".js", ".cjs"].some((end) => `${folder}${file}${end}` in files)) return;
  const found = Object.keys(files).join(", ");
  fail(`handler ${handler}: the package has no file ${folder}${file}.mjs, only ${found}`);
}

function logSettings(
  name: string,
  config: NonNullable<FunctionInputs["loggingConfig"]>,
  fail: (why: string) => never,
): Pick<FunctionDefinition, "logFormat" | "logLevel" | "systemLogLevel" | "logGroup"> {
  const { logFormat = "Text", logGroup, applicationLogLevel, systemLogLevel } = config;
  if (logFormat !== "JSON" && logFormat !== "Text") {
    return fail(`logFormat ${logFormat} must be JSON or Text`);
  }
  if (logFormat === "Text" && (applicationLogLevel || systemLogLevel)) {
    fail("log levels need the logFormat JSON");
  }
  return {
    logFormat,
    logLevel: applicationLogLevel ?? "INFO",
    systemLogLevel: systemLogLevel ?? "INFO",
    logGroup: logGroup ?? `/aws/lambda/${name}`,
  };
}

function checkedEnvironment(
  variables: Record<string, string>,
  fail: (why: string) => never,
): Record<string, string> {
  const reserved = Object.keys(variables).find((key) => RESERVED.test(key));
  if (reserved) fail(`environment variable ${reserved} is reserved by Lambda`);
  const strange = Object.keys(variables).find((key) => !/^[A-Za-z]\w+$/.test(key));
  if (strange !== undefined) fail(`environment variable ${strange} has a name that Lambda refuses`);
  const bytes = Buffer.byteLength(JSON.stringify(variables));
  if (bytes > MAX_ENVIRONMENT_BYTES) {
    fail(`the environment has ${bytes} bytes; Lambda allows ${MAX_ENVIRONMENT_BYTES}`);
  }
  return variables;
}
