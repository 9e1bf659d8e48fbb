import { detailsOf, type HistoryEvent, withoutExecutionData } from "./history.ts";
import type { LogLevel, StateMachine } from "./state-machine.ts";

/** Writes one line to a log group in the name of the machine's role. */
export type LogSink = (
  logGroupArn: string,
  streamName: string,
  message: string,
  roleArn: string,
) => void;

const FATAL = new Set(["ExecutionAborted", "ExecutionFailed", "ExecutionTimedOut"]);

/** Whether events of the type are logged at the level. */
function isLogged(type: string, level: LogLevel): boolean {
  if (level === "ALL" || level === "OFF") return level === "ALL";
  if (FATAL.has(type)) return true;
  return level === "ERROR" && /(Failed|Aborted|TimedOut|^FailStateEntered)$/.test(type);
}

/** Name of the stream that a machine writes to, from the time and eight hexadecimal digits. */
export function logStreamName(machine: string, time: number, digits: string): string {
  const minute = new Date(time).toISOString().slice(0, 16).replace(/[T:]/g, "-");
  return `states/${machine}/${minute}/${digits}`;
}

/** Logs an execution's events by its machine's settings; undefined if it logs nothing. */
export function executionLogger(
  { logging, roleArn }: StateMachine,
  executionArn: string,
  streamName: string,
  sink: LogSink | undefined,
): ((event: HistoryEvent) => void) | undefined {
  const { level, includeExecutionData, logGroupArn } = logging;
  if (!sink || !logGroupArn || level === "OFF") return undefined;
  return (event) => {
    if (!isLogged(event.type, level)) return;
    const details = detailsOf(event);
    const message = {
      id: String(event.id),
      type: event.type,
      details: includeExecutionData ? details : withoutExecutionData(details),
      previous_event_id: String(event.previousEventId),
      event_timestamp: String(Math.round(event.timestamp * 1000)),
      execution_arn: executionArn,
      redrive_count: "0",
    };
    sink(logGroupArn, streamName, JSON.stringify(message), roleArn);
  };
}
