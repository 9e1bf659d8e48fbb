import { parseJson } from "../../kernel/nesting.ts";
import type { RecordedResource } from "../../program/recorded.ts";
import type { StateMachineDefinition } from "./asl-types.ts";
import { checkDefinition } from "./definition-check.ts";
import { expressProblems } from "./express-check.ts";

/** How much of an execution's history goes to CloudWatch Logs. */
export type LogLevel = "ALL" | "ERROR" | "FATAL" | "OFF";

/** A state machine as it was declared. */
export interface StateMachine {
  arn: string;
  /** Left out for a Standard machine. */
  type?: "EXPRESS";
  name: string;
  roleArn: string;
  /** The definition as the program wrote it, and what it says. */
  definitionText: string;
  definition: StateMachineDefinition;
  /** Milliseconds since the epoch. */
  createdAt: number;
  logging: { level: LogLevel; includeExecutionData: boolean; logGroupArn?: string };
  tracing: boolean;
  /** ARN of its one version, where the program publishes it. */
  versionArn?: string;
}

const LEVELS: readonly string[] = ["ALL", "ERROR", "FATAL", "OFF"];

/**
 * Reads a declared `aws:sfn/stateMachine:StateMachine`.
 *
 * @throws Error that begins with the resource's logical name where AWS, or this runtime, would refuse it.
 */
export function readStateMachine(resource: RecordedResource, now: number): StateMachine {
  const { inputs, outputs } = resource;
  const refuse = (problem: string) => new Error(`${resource.name}: ${problem}`);
  const name = String(outputs.name);
  const arn = String(outputs.arn);
  if (!/^[0-9A-Za-z_-]{1,80}$/.test(name)) {
    throw refuse(`name "${name}" must be 1 to 80 letters, digits, - and _`);
  }
  const { type = "STANDARD" } = inputs;
  if (type !== "STANDARD" && type !== "EXPRESS") {
    throw refuse(`type ${String(type)} must be STANDARD or EXPRESS`);
  }
  const roleArn = inputs.roleArn;
  if (typeof roleArn !== "string" || !/^arn:aws[\w-]*:iam::\d{12}:role\/.+/.test(roleArn)) {
    throw refuse(`roleArn "${String(roleArn)}" is not the ARN of a role`);
  }
  const definitionText = String(inputs.definition);
  const definition = parseDefinition(definitionText, refuse);
  const problems = type === "EXPRESS" ? expressProblems(definition) : [];
  if (problems.length > 0) throw refuse(`definition is invalid: ${problems.join("; ")}`);
  return {
    arn,
    ...(type === "EXPRESS" && { type }),
    name,
    roleArn,
    definitionText,
    definition,
    createdAt: now,
    logging: readLogging(inputs.loggingConfiguration, refuse),
    tracing: (inputs.tracingConfiguration as { enabled?: boolean } | undefined)?.enabled ?? false,
    ...(inputs.publish === true && { versionArn: `${arn}:1` }),
  };
}

function parseDefinition(text: string, refuse: (problem: string) => Error): StateMachineDefinition {
  let definition: unknown;
  try {
    definition = parseJson(text);
  } catch (error) {
    throw refuse(`definition is not JSON: ${error instanceof Error ? error.message : error}`);
  }
  const problems = checkDefinition(definition);
  if (problems.length > 0) throw refuse(`definition is invalid: ${problems.join("; ")}`);
  return definition as StateMachineDefinition;
}

function readLogging(
  configuration: unknown,
  refuse: (problem: string) => Error,
): StateMachine["logging"] {
  const {
    level = "OFF",
    includeExecutionData = false,
    logDestination,
  } = (configuration ?? {}) as {
    level?: LogLevel;
    includeExecutionData?: boolean;
    logDestination?: string;
  };
  if (!LEVELS.includes(level)) {
    throw refuse(`loggingConfiguration.level ${level} must be one of ${LEVELS.join(", ")}`);
  }
  if (level === "OFF" && logDestination === undefined) return { level, includeExecutionData };
  if (!logDestination?.endsWith(":*")) {
    throw refuse(
      `loggingConfiguration.logDestination "${logDestination ?? ""}" must be a log group's ARN with ":*" behind it`,
    );
  }
  return { level, includeExecutionData, logGroupArn: logDestination.slice(0, -2) };
}
