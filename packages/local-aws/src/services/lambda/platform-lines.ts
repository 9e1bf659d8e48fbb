import type { RuntimeFailure } from "./executor.ts";
import type { FunctionDefinition } from "./function-definition.ts";

/** What the platform knows about an invocation at its end. */
export interface InvocationReport {
  requestId: string;
  durationMs: number;
  /** Set for the first invocation of an environment. */
  initMs?: number | undefined;
  memoryBytes?: number | undefined;
  status: "success" | "error" | "timeout";
  error?: RuntimeFailure | undefined;
}

type Definition = Pick<
  FunctionDefinition,
  "logFormat" | "systemLogLevel" | "memoryMegabytes" | "timeoutSeconds"
>;

const VERSION = "$LATEST";

/** The line that the platform logs when an invocation begins; none where the function's settings drop it. */
export function startLine(
  definition: Definition,
  requestId: string,
  now: number,
): string | undefined {
  if (definition.logFormat === "Text") return `START RequestId: ${requestId} Version: ${VERSION}`;
  if (definition.systemLogLevel === "WARN") return undefined;
  return platform(now, "platform.start", { requestId, version: VERSION });
}

/** The lines that the platform logs at the end of an invocation. */
export function endLines(definition: Definition, report: InvocationReport, now: number): string[] {
  const { requestId, durationMs, initMs, status, error } = report;
  const ended = diedOf(definition, report, now);
  // Since August 2025 the time of the init phase is billed too.
  const billedMs = Math.ceil(durationMs + (initMs ?? 0));
  const size = definition.memoryMegabytes;
  const used = Math.min(size, Math.round((report.memoryBytes ?? 0) / 1024 / 1024));
  if (definition.logFormat === "Text") {
    const init = initMs === undefined ? "" : `\tInit Duration: ${initMs.toFixed(2)} ms`;
    const type = status === "error" ? `\tError Type: ${error?.errorType}` : "";
    const state = ended.length > 0 ? `\tStatus: ${status}${type}` : "";
    return [
      ...ended,
      `END RequestId: ${requestId}`,
      `REPORT RequestId: ${requestId}\tDuration: ${durationMs.toFixed(2)} ms\tBilled Duration: ${billedMs} ms\tMemory Size: ${size} MB\tMax Memory Used: ${used} MB${init}${state}`,
    ];
  }
  // At level WARN only what went wrong is reported.
  if (definition.systemLogLevel === "WARN" && status === "success") return ended;
  const metrics = {
    durationMs: round(durationMs),
    billedDurationMs: billedMs,
    memorySizeMB: size,
    maxMemoryUsedMB: used,
    ...(initMs !== undefined && { initDurationMs: round(initMs) }),
  };
  const record = { requestId, metrics, status, ...(error && { errorType: error.errorType }) };
  return [...ended, platform(now, "platform.report", record)];
}

/** Errors that the function cannot log itself: it was stopped at its timeout, or its process has exited. */
function diedOf(
  { logFormat, timeoutSeconds }: Definition,
  { requestId, status, error }: InvocationReport,
  now: number,
): string[] {
  if (!error || (status !== "timeout" && error.errorType !== "Runtime.ExitError")) return [];
  const timestamp = new Date(now).toISOString();
  const { errorType, errorMessage } = error;
  if (logFormat === "JSON") {
    const fields = { timestamp, level: "ERROR", requestId, errorType, message: errorMessage };
    return [JSON.stringify(fields)];
  }
  return status === "timeout"
    ? [`${timestamp} ${requestId} Task timed out after ${timeoutSeconds.toFixed(2)} seconds`]
    : [`${errorMessage}\r${errorType}`];
}

function platform(now: number, type: string, record: object): string {
  return JSON.stringify({ time: new Date(now).toISOString(), type, record });
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
