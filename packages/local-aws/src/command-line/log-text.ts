/** What a person sees of a line that a function has logged. */
export interface LogText {
  level: string;
  text: string;
  /** The request that the function worked on. */
  requestId?: string | undefined;
  /** Whether it is a platform line, a metric, or for debugging: shown with `--verbose` alone. */
  noise: boolean;
}

const NOISY_LEVELS = ["DEBUG", "TRACE"];
const PLAIN = /^\S+Z?\t(\S+)\t(TRACE|DEBUG|INFO|WARN|ERROR|FATAL)\t([\s\S]*)$/;
const PLATFORM = /^(START|END|REPORT|INIT_START|XRAY|EXTENSION) /;

const FAILED_STEP = /(Failed|TimedOut|Aborted)$/;

function isPlatformLine({ type }: Record<string, unknown>): boolean {
  return String(type).startsWith("platform.");
}

/** Whether a line is of an execution's history, which state machines log, and tells of no failure. */
function isStepThatWorked(line: Record<string, unknown>): boolean {
  return "execution_arn" in line && !FAILED_STEP.test(String(line["type"]));
}

/** Reads a line of Lambda's JSON or text log format: its level, and the error or what was logged. */
export function readLogLine(message: string): LogText {
  const plain = PLAIN.exec(message);
  if (plain) {
    const [, requestId, level = "", text = ""] = plain;
    return { level, text: text.trimEnd(), requestId, noise: NOISY_LEVELS.includes(level) };
  }
  let line: Record<string, unknown>;
  try {
    line = Object(JSON.parse(message));
  } catch {
    return { level: "", text: message.trimEnd(), noise: PLATFORM.test(message) };
  }
  const { level, message: logged, requestId } = line;
  if (typeof level !== "string") {
    const noise = "_aws" in line || isPlatformLine(line) || isStepThatWorked(line);
    return { level: "", text: message.trimEnd(), noise };
  }
  // An error that is logged alone is the message; one that is logged with a message is in a field of its own.
  const inner = Object(logged) as Record<string, unknown>;
  const { errorType, errorMessage } = inner["errorType"] ? inner : line;
  const said = typeof logged === "string" ? logged.split("\n")[0] : JSON.stringify(logged);
  const text = errorType && errorMessage ? `${errorType}: ${errorMessage}` : (said ?? "");
  const request = typeof requestId === "string" ? requestId : undefined;
  return { level, text, requestId: request, noise: NOISY_LEVELS.includes(level) };
}
