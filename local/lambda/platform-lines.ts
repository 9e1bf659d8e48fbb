import type { FunctionDefinition } from "./function-definition.ts";

/** What the platform knows of one invocation when it is over. */
export interface InvocationReport {
  requestId: string;
  durationMs: number;
  /** Set for the first invocation of an environment. */
  initMs?: number | undefined;
  memoryBytes?: number | undefined;
  status: "success" | "error" | "timeout";
}

type Definition = Pick<FunctionDefinition, "logFormat" | "systemLogLevel" | "memoryMegabytes">;

const VERSION = "$LATEST";

/** The line that the platform logs when an invocation begins; none where the function's settings drop it. */
export function startLine(
  definition: Definition,
  requestId: string,
  now: number,
): string | undefined {
  if (definition.logFormat === "Text") return `START RequestId: ${requestId} Version: ${VERSION}`;
  return platform(definition, now, "platform.start", { requestId, version: VERSION });
}

/** The lines that the platform logs when an invocation is over. */
export function endLines(definition: Definition, report: InvocationReport, now: number): string[] {
  const { requestId, durationMs, initMs, memoryBytes, status } = report;
  // Since August 2025 the time of the init phase is billed too.
  const billedMs = Math.ceil(durationMs + (initMs ?? 0));
  const usedMegabytes = Math.min(
    definition.memoryMegabytes,
    Math.round((memoryBytes ?? 0) / 1024 / 1024),
  );
  if (definition.logFormat === "JSON") {
    const metrics = {
      durationMs: round(durationMs),
      billedDurationMs: billedMs,
      memorySizeMB: definition.memoryMegabytes,
      maxMemoryUsedMB: usedMegabytes,
      ...(initMs !== undefined && { initDurationMs: round(initMs) }),
    };
    const line = platform(definition, now, "platform.report", { requestId, metrics, status });
    return line ? [line] : [];
  }
  const init = initMs === undefined ? "" : `\tInit Duration: ${initMs.toFixed(2)} ms`;
  const state = status === "timeout" ? "\tStatus: timeout" : "";
  return [
    `END RequestId: ${requestId}`,
    `REPORT RequestId: ${requestId}\tDuration: ${durationMs.toFixed(2)} ms\tBilled Duration: ${billedMs} ms\tMemory Size: ${definition.memoryMegabytes} MB\tMax Memory Used: ${usedMegabytes} MB${init}${state}`,
  ];
}

function platform(
  { systemLogLevel }: Definition,
  now: number,
  type: string,
  record: object,
): string | undefined {
  if (systemLogLevel === "WARN") return undefined;
  return JSON.stringify({ time: new Date(now).toISOString(), type, record });
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
