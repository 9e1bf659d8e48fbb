import { parseJson } from "../../kernel/nesting.ts";
import type { Operation } from "../../kernel/service.ts";
import { ServiceError } from "../../kernel/service-error.ts";
import {
  type ApiInput,
  invalid,
  optionalText,
  pageBefore,
  pageOf,
  requiredArn,
} from "./api-input.ts";
import { MAX_DATA_BYTES } from "./data-flow.ts";
import type { ExecutionRecord } from "./execution-record.ts";
import type { Executions } from "./executions.ts";
import { eventWithoutData } from "./history.ts";
import type { StateMachine } from "./state-machine.ts";

/** The value of `includedData` that leaves out what a machine and its executions hold. */
export const METADATA_ONLY = "METADATA_ONLY";

// AWS could redrive these.
const ENDED_BADLY = new Set(["FAILED", "TIMED_OUT", "ABORTED"]);
const STATUSES = ["SUCCEEDED", "TIMED_OUT", "PENDING_REDRIVE", "ABORTED", "FAILED", "RUNNING"];
// White space, control characters and what AWS lists as special.
const FORBIDDEN_IN_NAMES = /[\s\p{Cc}<>{}[\]?*"#%\\^|~`$&,;:/]/u;

/** The operations on executions. `machineOf` finds a machine by its ARN or a version's. */
export function executionOperations(
  executions: Executions,
  machineOf: (arn: string) => StateMachine,
  newId: () => string,
): Record<string, Operation> {
  const found = (input: ApiInput): ExecutionRecord => {
    const arn = requiredArn(input, "executionArn");
    if (arn.split(":")[5] === "express") {
      throw new ServiceError(
        "InvalidArn",
        "Invalid Arn: 'Resource type not valid in this context: express'",
      );
    }
    const record = executions.get(arn);
    if (record) return record;
    throw new ServiceError("ExecutionDoesNotExist", `Execution Does Not Exist: '${arn}'`);
  };
  const onExecution = (action: string, run: (input: ApiInput) => unknown): Operation => ({
    needs: ({ executionArn = "*" }) => [{ action, resource: String(executionArn) }],
    run,
  });
  const onMachine = (action: string, run: (input: ApiInput) => unknown): Operation => ({
    needs: ({ stateMachineArn = "*" }) => [{ action, resource: String(stateMachineArn) }],
    run,
  });
  return {
    StartExecution: onMachine("states:StartExecution", (input) => {
      const machine = machineOf(requiredArn(input, "stateMachineArn"));
      const name = optionalText(input, "name") ?? newId();
      if (name === "" || FORBIDDEN_IN_NAMES.test(name)) {
        throw new ServiceError("InvalidName", `Invalid Name: '${name}'`);
      }
      const json = executionInput(input);
      if (machine.type === "EXPRESS") {
        const { arn, startedAt } = executions.express.start(machine, name, json);
        return { executionArn: arn, startDate: startedAt / 1000 };
      }
      const arn = `${machine.arn.replace(":stateMachine:", ":execution:")}:${name}`;
      const existing = executions.get(arn);
      if (existing && !(existing.status === "RUNNING" && existing.input === json)) {
        throw new ServiceError("ExecutionAlreadyExists", `Execution Already Exists: '${arn}'`);
      }
      const traceHeader = optionalText(input, "traceHeader");
      const record = existing ?? executions.start(machine, arn, name, json, traceHeader);
      return { executionArn: arn, startDate: record.startedAt / 1000 };
    }),

    DescribeExecution: onExecution("states:DescribeExecution", (input) => {
      const record = found(input);
      const { input: json, output, error, cause, machine, traceHeader } = record;
      const included = input["includedData"] !== METADATA_ONLY;
      return {
        ...summary(record),
        ...(included && { input: json }),
        inputDetails: { included },
        ...(output !== undefined && {
          ...(included && { output }),
          outputDetails: { included },
        }),
        ...(traceHeader !== undefined && { traceHeader }),
        ...(error !== undefined && { error }),
        ...(cause !== undefined && { cause }),
        ...(machine.versionArn && { stateMachineVersionArn: machine.versionArn }),
        redriveCount: 0,
        redriveStatus: "NOT_REDRIVABLE",
        redriveStatusReason: ENDED_BADLY.has(record.status)
          ? "The local runtime does not redrive executions"
          : `Execution is ${record.status} and cannot be redriven`,
      };
    }),

    GetExecutionHistory: onExecution("states:GetExecutionHistory", (input) => {
      const events = executions.historyOf(found(input));
      const { reverseOrder = false, includeExecutionData = true } = input;
      const ordered = reverseOrder ? events.toReversed() : events;
      const { page, nextToken } = pageOf(ordered, ({ id }) => id, input);
      return {
        events: includeExecutionData ? page : page.map(eventWithoutData),
        ...(nextToken && { nextToken }),
      };
    }),

    ListExecutions: onMachine("states:ListExecutions", (input) => {
      const machine = machineOf(requiredArn(input, "stateMachineArn"));
      if (machine.type === "EXPRESS") {
        throw new ServiceError(
          "StateMachineTypeNotSupported",
          "This operation is not supported by this type of state machine",
        );
      }
      const status = optionalText(input, "statusFilter");
      if (status !== undefined && !STATUSES.includes(status)) {
        throw invalid("statusFilter", status, `satisfy enum value set: [${STATUSES.join(", ")}]`);
      }
      const { page, nextToken } = pageBefore(input, (before, limit) =>
        executions.list({ machineArn: machine.arn, status, before, limit }),
      );
      return {
        executions: page.map((record) => ({ ...summary(record), redriveCount: 0 })),
        ...(nextToken && { nextToken }),
      };
    }),

    StopExecution: onExecution("states:StopExecution", (input) => {
      const record = found(input);
      executions.stop(record.arn, optionalText(input, "error"), optionalText(input, "cause"));
      return { stopDate: Number(record.stoppedAt) / 1000 };
    }),

    DescribeStateMachineForExecution: onExecution(
      "states:DescribeStateMachineForExecution",
      (input) => {
        const { machine } = found(input);
        return {
          stateMachineArn: machine.arn,
          name: machine.name,
          ...(input["includedData"] !== METADATA_ONLY && { definition: machine.definitionText }),
          roleArn: machine.roleArn,
          updateDate: machine.createdAt / 1000,
          ...machineConfiguration(machine),
        };
      },
    ),
  };
}

/** How a machine logs and traces, as the API shows it. */
export function machineConfiguration({ logging, tracing }: StateMachine) {
  const { level, includeExecutionData, logGroupArn } = logging;
  const destinations = [{ cloudWatchLogsLogGroup: { logGroupArn: `${logGroupArn}:*` } }];
  return {
    loggingConfiguration: { level, includeExecutionData, ...(logGroupArn && { destinations }) },
    tracingConfiguration: { enabled: tracing },
  };
}

function summary({ arn, name, machine, status, startedAt, stoppedAt }: ExecutionRecord) {
  return {
    executionArn: arn,
    stateMachineArn: machine.arn,
    name,
    status,
    startDate: startedAt / 1000,
    ...(stoppedAt !== undefined && { stopDate: stoppedAt / 1000 }),
  };
}

function executionInput(input: ApiInput): string {
  const json = optionalText(input, "input") ?? "{}";
  if (Buffer.byteLength(json) > MAX_DATA_BYTES) {
    throw new ServiceError(
      "ValidationException",
      `1 validation error detected: Value at 'input' failed to satisfy constraint: Member must have length less than or equal to ${MAX_DATA_BYTES}`,
    );
  }
  try {
    parseJson(json);
  } catch (error) {
    const reason = json === "" ? "Invalid execution input." : (error as Error).message;
    throw new ServiceError(
      "InvalidExecutionInput",
      `Invalid State Machine Execution Input: '${reason}'`,
    );
  }
  return json;
}
