import {
  type CloudWatchLogsClient,
  GetQueryResultsCommand,
  type ResultField,
  StartQueryCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import type { FoundLine } from "./log-line.ts";

/** Where and when to look for lines. */
export interface LogSearch {
  logs: CloudWatchLogsClient;
  /** Physical names of log groups by the names that results are given. */
  groups: Record<string, string>;
  /** Epoch milliseconds. */
  from: number;
  to: number;
  /** Called while a query runs, and once it has ended. */
  onQuery(query: { bytes: number; over: boolean }): void;
}

const MAX_LINES = 10_000;
const MAX_TEXTS = 60;
const FIRST_PAUSE_MS = 50;
const MAX_PAUSE_MS = 1_000;

/**
 * The lines that contain one of these strings, by one query of Logs Insights.
 *
 * @throws Error when the query fails, or finds more than the 10,000 lines that Insights returns.
 */
export async function searchLogs(
  { logs, groups, from, to, onQuery }: LogSearch,
  texts: readonly string[],
): Promise<FoundLine[]> {
  if (texts.length === 0) return [];
  const start = new StartQueryCommand({
    logGroupNames: Object.values(groups),
    startTime: Math.floor(from / 1000),
    endTime: Math.ceil(to / 1000),
    queryString: queryFor(texts),
    limit: MAX_LINES,
  });
  const { queryId } = await logs.send(start);
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, MAX_PAUSE_MS)) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    const answer = await logs.send(new GetQueryResultsCommand({ queryId }));
    const { status, statistics, results = [] } = answer;
    const over = status !== "Running" && status !== "Scheduled";
    onQuery({ bytes: statistics?.bytesScanned ?? 0, over });
    if (!over) continue;
    if (status !== "Complete") throw new Error(`the log query ended ${status}`);
    if (results.length >= MAX_LINES) {
      throw new Error(
        `more than ${MAX_LINES} log lines fit; give an order id or a shorter --since`,
      );
    }
    return results.map((row) => lineOf(row, groups));
  }
}

/** A query for the lines that contain one of these strings. @throws RangeError when there are more than one query takes. */
export function queryFor(texts: readonly string[]): string {
  if (texts.length > MAX_TEXTS) {
    throw new RangeError(
      `${texts.length} strings are more than the ${MAX_TEXTS} that one query may contain`,
    );
  }
  const conditions = texts.map((one) => `@message like "${one.replace(/["\\]/g, "\\$&")}"`);
  return `fields @timestamp, @log, @message | filter ${conditions.join(" or ")} | sort @timestamp asc`;
}

function lineOf(row: ResultField[], groups: Record<string, string>): FoundLine {
  const value = (name: string) => row.find(({ field }) => field === name)?.value ?? "";
  // "<account>:<log group>"
  const group = value("@log").replace(/^\d+:/, "");
  const writer = Object.keys(groups).find((name) => groups[name] === group) ?? group;
  const at = Date.parse(`${value("@timestamp").replace(" ", "T")}Z`);
  return { at, writer, text: value("@message") };
}
