import { type EventPattern, parsePattern } from "../../grammar/event-pattern/pattern.ts";
import { parseJsonPath } from "../../grammar/json-path.ts";
import type { RecordedResource } from "../../program/recorded.ts";
import type { StreamReaderSettings } from "../../streams/stream-reader.ts";
import type { PipeDefinition, PipeLog, PipeTargetSettings } from "./pipe-definition.ts";
import { parsePipeTemplate } from "./pipe-template.ts";
import type { Pipes } from "./service.ts";

interface StreamParameters {
  startingPosition?: string;
  batchSize?: number;
  deadLetterConfig?: { arn?: string };
  maximumBatchingWindowInSeconds?: number;
  maximumRecordAgeInSeconds?: number;
  maximumRetryAttempts?: number;
  onPartialBatchItemFailure?: string;
  parallelizationFactor?: number;
}

interface PipeInputs {
  description?: string;
  desiredState?: string;
  roleArn: string;
  source: string;
  sourceParameters?: {
    dynamodbStreamParameters?: StreamParameters;
    filterCriteria?: { filters?: { pattern: string }[] };
  };
  target: string;
  targetParameters?: PipeTargetSettings & { inputTemplate?: string };
  logConfiguration?: {
    level?: string;
    cloudwatchLogsLogDestination?: { logGroupArn: string };
    includeExecutionDatas?: string[];
  };
}

const MAX_FILTERS = 5;
const SETTINGS_OF: Record<string, keyof PipeTargetSettings> = {
  events: "eventbridgeEventBusParameters",
  states: "stepFunctionStateMachineParameters",
};

/**
 * Creates an `aws:pipes/pipe:Pipe`; settles once its stream is open or the first try has failed.
 *
 * @throws Error that starts with the resource's logical name where AWS would refuse it, or this runtime does.
 */
export async function provisionPipe(pipes: Pipes, resource: RecordedResource): Promise<void> {
  try {
    await pipes.createPipe(readPipe(resource));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${resource.name}: ${reason}`, { cause: error });
  }
}

function readPipe({ inputs: recorded, outputs }: RecordedResource): PipeDefinition {
  const inputs = recorded as unknown as PipeInputs;
  const { source, target, roleArn, sourceParameters = {}, targetParameters = {} } = inputs;
  const facts = { name: String(outputs["name"]), arn: String(outputs["arn"]), source, target };
  if (!/^[.\-_A-Za-z0-9]{1,64}$/.test(facts.name)) {
    throw new Error(`name "${facts.name}" must be 1 to 64 letters, digits, ".", "-" or "_"`);
  }
  onlyKeys("sourceParameters", sourceParameters, ["dynamodbStreamParameters", "filterCriteria"]);
  const { inputTemplate, ...targetSettings } = targetParameters;
  checkTargetSettings(target, targetSettings);
  const stream = sourceParameters.dynamodbStreamParameters;
  return {
    ...facts,
    description: inputs.description,
    roleArn,
    running: inputs.desiredState !== "STOPPED",
    reader: readSource(facts.name, inputs, stream),
    deadLetterArn: readDeadLetter(stream?.deadLetterConfig),
    filters: readFilters(sourceParameters.filterCriteria?.filters ?? []),
    template: parsePipeTemplate(inputTemplate, facts),
    targetSettings,
    log: readLog(inputs.logConfiguration),
    declared: {
      sourceParameters: inputs.sourceParameters,
      targetParameters: inputs.targetParameters,
      logConfiguration: inputs.logConfiguration,
    },
  };
}

function readSource(
  name: string,
  { source, roleArn }: PipeInputs,
  stream: StreamParameters = {},
): StreamReaderSettings {
  if (!/^arn:aws:dynamodb:[^:]*:[^:]*:table\/[^/]+\/stream\/.+$/.test(source)) {
    throw new Error(`source ${source} is not supported locally; it must be a DynamoDB stream`);
  }
  const { startingPosition, onPartialBatchItemFailure: onFailure } = stream;
  if (startingPosition !== "LATEST" && startingPosition !== "TRIM_HORIZON") {
    throw new Error(
      `dynamodbStreamParameters.startingPosition is ${startingPosition}; set LATEST or TRIM_HORIZON`,
    );
  }
  if (onFailure !== undefined && onFailure !== "AUTOMATIC_BISECT") {
    throw new Error(`onPartialBatchItemFailure is ${onFailure}; only AUTOMATIC_BISECT is allowed`);
  }
  const age = limited("maximumRecordAgeInSeconds", stream, -1, -1, 604_800);
  if (age !== -1 && age < 60) throw new Error(`maximumRecordAgeInSeconds is ${age}; set -1 or 60+`);
  return {
    name: `pipe ${name}`,
    streamArn: source,
    caller: { kind: "role", roleArn, sessionName: name },
    startingPosition,
    batchSize: limited("batchSize", stream, 100, 1, 10_000),
    maximumBatchingWindowInSeconds: limited("maximumBatchingWindowInSeconds", stream, 0, 0, 300),
    parallelizationFactor: limited("parallelizationFactor", stream, 1, 1, 10),
    policy: {
      maximumRetryAttempts: limited("maximumRetryAttempts", stream, -1, -1, 10_000),
      maximumRecordAgeInSeconds: age,
      bisect: onFailure ? "all-failures" : "off",
    },
  };
}

function limited<Name extends keyof StreamParameters>(
  name: Name,
  stream: StreamParameters,
  fallback: number,
  low: number,
  high: number,
): number {
  const value = stream[name] ?? fallback;
  if (typeof value === "number" && value >= low && value <= high) return value;
  throw new Error(`dynamodbStreamParameters.${name} is ${value}; allowed are ${low} to ${high}`);
}

function readDeadLetter(config: { arn?: string } | undefined): string | undefined {
  if (!config) return undefined;
  if (!/^arn:aws:(sqs|sns):/.test(config.arn ?? "")) {
    throw new Error(`deadLetterConfig.arn ${config.arn} is neither a queue nor a topic`);
  }
  return config.arn;
}

function readFilters(filters: { pattern: string }[]): EventPattern[] {
  if (filters.length > MAX_FILTERS) {
    throw new Error(`filterCriteria has ${filters.length} filters; at most ${MAX_FILTERS}`);
  }
  return filters.map(({ pattern }) => parsePattern(pattern));
}

function checkTargetSettings(target: string, settings: PipeTargetSettings): void {
  const allowed = SETTINGS_OF[target.split(":")[2] ?? ""];
  onlyKeys("targetParameters", settings, ["inputTemplate", ...(allowed ? [allowed] : [])]);
  const bus = settings.eventbridgeEventBusParameters;
  if (bus) {
    onlyKeys("eventbridgeEventBusParameters", bus, ["detailType", "source", "resources", "time"]);
    if (bus.source?.startsWith("aws.")) {
      throw new Error(`eventbridgeEventBusParameters.source "${bus.source}": aws. is reserved`);
    }
  }
  const dynamic = [bus?.detailType, bus?.source, bus?.time, ...(bus?.resources ?? [])];
  for (const value of dynamic) {
    if (value?.startsWith("$.")) parseJsonPath(value);
  }
  if (target.endsWith(".fifo")) {
    throw new Error(`target ${target}: FIFO queues are not supported by the local runtime`);
  }
  const invocation = settings.stepFunctionStateMachineParameters?.invocationType;
  if (allowed === "stepFunctionStateMachineParameters" && invocation !== "FIRE_AND_FORGET") {
    throw new Error(
      "stepFunctionStateMachineParameters.invocationType must be FIRE_AND_FORGET; pipes cannot wait for a state machine locally",
    );
  }
}

function readLog(config: PipeInputs["logConfiguration"]): PipeLog | undefined {
  if (!config || config.level === "OFF") return undefined;
  const { level = "ERROR", cloudwatchLogsLogDestination: destination } = config;
  onlyKeys("logConfiguration", config, ["level", "cloudwatchLogsLogDestination"]);
  if (level !== "ERROR" && level !== "INFO" && level !== "TRACE") {
    throw new Error(`logConfiguration.level is ${level}; set OFF, ERROR, INFO or TRACE`);
  }
  return destination && { logGroupArn: destination.logGroupArn, level };
}

function onlyKeys(name: string, settings: object, supported: readonly string[]): void {
  const [unknown] = Object.keys(settings).filter((key) => !supported.includes(key));
  if (unknown !== undefined) {
    throw new Error(
      `${name}.${unknown} is not supported here; supported are ${supported.join(", ")}`,
    );
  }
}
