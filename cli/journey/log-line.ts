/** A line that a query has found. */
export interface FoundLine {
  /** Epoch milliseconds, of the service that took the line. */
  at: number;
  /** Name of its log group in the stack output `logGroupNames`. */
  writer: string;
  text: string;
}

/** A line that a function of the stack has written. */
export interface HandlerLine {
  /** Epoch milliseconds, by the function's clock. */
  at: number;
  writer: string;
  /** Of the invocation. */
  invocation: string;
  event: string;
  fields: Record<string, unknown>;
}

/** A line that Lambda has written of an invocation. */
export interface PlatformLine {
  at: number;
  writer: string;
  type: string;
  invocation: string;
  /** Milliseconds. */
  durationMs?: number;
  initMs?: number;
}

/** A line of a gateway's access log. */
export interface AccessLine {
  /** When the response was sent. */
  at: number;
  writer: string;
  requestId: string;
  /** Method and path, e.g. `POST /orders`. */
  operation: string;
  status: number;
  latencyMs: number;
  /** Kind of the gateway's own refusal. */
  error?: string;
}

/** A line that a workflow has written of one of its executions. */
export interface WorkflowLine {
  at: number;
  writer: string;
  /** Kind of the history's event, e.g. `TaskFailed`. */
  type: string;
  /** ARN of the execution. */
  execution: string;
  error?: string;
  cause?: string;
}

/** What the lines of a search say, each once and in the order of their times. */
export interface Lines {
  handler: HandlerLine[];
  platform: PlatformLine[];
  access: AccessLine[];
  workflow: WorkflowLine[];
}

type Fields = Record<string, unknown>;

/** Reads lines; those that are of another form, such as metrics, are left out. */
export function readLines(found: readonly FoundLine[]): Lines {
  const lines: Lines = { handler: [], platform: [], access: [], workflow: [] };
  const seen = new Set<string>();
  for (const line of [...found].sort((a, b) => a.at - b.at)) {
    const id = JSON.stringify([line.writer, line.at, line.text]);
    if (seen.has(id)) continue;
    seen.add(id);
    const fields = jsonObject(line.text);
    if (!fields) continue;
    const handler = handlerLine(line, fields);
    const platform = platformLine(line, fields);
    const access = accessLine(line, fields);
    const workflow = workflowLine(line, fields);
    if (handler) lines.handler.push(handler);
    else if (platform) lines.platform.push(platform);
    else if (access) lines.access.push(access);
    else if (workflow) lines.workflow.push(workflow);
  }
  lines.handler.sort((a, b) => a.at - b.at);
  return lines;
}

/** A field of a line that is text. */
export function text(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  return typeof value === "string" ? value : undefined;
}

function handlerLine({ at, writer }: FoundLine, fields: Fields): HandlerLine | undefined {
  const { message, timestamp, requestId } = fields;
  if (!isObject(message) || typeof message["event"] !== "string") return undefined;
  const own = Date.parse(String(timestamp));
  const time = Number.isNaN(own) ? at : own;
  const invocation = String(requestId);
  return { at: time, writer, invocation, event: message["event"], fields: message };
}

function platformLine({ at, writer }: FoundLine, fields: Fields): PlatformLine | undefined {
  const { type, time, record } = fields;
  if (typeof type !== "string" || !isObject(record) || !record["requestId"]) return undefined;
  const metrics = isObject(record["metrics"]) ? record["metrics"] : {};
  const own = Date.parse(String(time));
  const line = { writer, type, invocation: String(record["requestId"]) };
  const { durationMs, initDurationMs } = metrics;
  return {
    ...line,
    at: Number.isNaN(own) ? at : own,
    ...(typeof durationMs === "number" && { durationMs }),
    ...(typeof initDurationMs === "number" && { initMs: initDurationMs }),
  };
}

function accessLine({ at, writer }: FoundLine, fields: Fields): AccessLine | undefined {
  const { requestId, status, latencyMs, method, resource, route, error } = fields;
  if (typeof requestId !== "string" || typeof status !== "string") return undefined;
  const operation = typeof route === "string" ? route : `${method} ${resource}`;
  const line = { at, writer, requestId, operation };
  const known = typeof error === "string" && error !== "-";
  return {
    ...line,
    status: Number(status),
    latencyMs: Number(latencyMs) || 0,
    ...(known && { error }),
  };
}

function workflowLine({ at, writer }: FoundLine, fields: Fields): WorkflowLine | undefined {
  const { type, execution_arn: execution, event_timestamp: own, details } = fields;
  if (typeof type !== "string" || typeof execution !== "string") return undefined;
  const { error, cause } = isObject(details) ? details : {};
  return {
    at: Number(own) || at,
    writer,
    type,
    execution,
    ...(typeof error === "string" && { error }),
    ...(typeof cause === "string" && { cause }),
  };
}

function jsonObject(line: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
