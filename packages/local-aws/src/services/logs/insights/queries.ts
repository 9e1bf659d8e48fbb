import type { Timer } from "../../../kernel/clock.ts";
import type { Kernel } from "../../../kernel/kernel.ts";
import { pageAt } from "../../../kernel/page.ts";
import { ServiceError } from "../../../kernel/service-error.ts";
import type { LogGroup } from "../log-store.ts";
import { parseQuery } from "./query-parser.ts";
import { QueryRun } from "./query-run.ts";

type Input = Record<string, unknown>;
type Status = "Scheduled" | "Running" | "Complete" | "Cancelled" | "Failed";

interface Query {
  id: string;
  /** The query with the groups and times that it reads, as it is listed. */
  source: string;
  groups: string[];
  createdAt: number;
  run: QueryRun;
  status: Status;
  timer?: Timer;
}

/** The one query language. */
export const LANGUAGE = "CWLI";

const MAX_GROUPS = 50;
const DEFAULT_LIMIT = 10_000;
const PAGE = 10_000;
const MAX_RUNNING = 100;
// Results that are kept for GetQueryResults; those of the oldest queries go first.
const MAX_KEPT_QUERIES = 100;
const MAX_KEPT_ROWS = 200_000;
// Seconds that late are milliseconds.
const LATEST_SECONDS = 100_000_000_000;

/** The queries that were started, and their results for as long as they are kept. */
export class Queries {
  readonly #kernel: Kernel;
  readonly #group: (name: string) => LogGroup | undefined;
  readonly #queries = new Map<string, Query>();

  /** @param group finds a log group, with what its retention leaves of it */
  constructor(kernel: Kernel, group: (name: string) => LogGroup | undefined) {
    this.#kernel = kernel;
    this.#group = group;
  }

  start(input: Input): Input {
    const { queryLanguage = LANGUAGE } = input;
    const queryString = String(input["queryString"]);
    if (queryLanguage !== LANGUAGE) {
      throw invalid(`queryLanguage ${queryLanguage} is not supported here; there is ${LANGUAGE}`);
    }
    const names = groupNames(input);
    const { from, to } = rangeOf(input);
    const limit = Number(input["limit"] ?? DEFAULT_LIMIT);
    const commands = parseQuery(queryString);
    const groups = names.map((name) => this.#existing(name));
    this.#makeRoom();
    const query: Query = {
      id: this.#kernel.newId(),
      source: sourceOf(names, from, to, queryString),
      groups: names,
      createdAt: this.#kernel.clock.now(),
      run: new QueryRun(commands, { account: this.#kernel.account, groups, from, to, limit }),
      status: "Scheduled",
    };
    this.#queries.set(query.id, query);
    this.#schedule(query);
    return { queryId: query.id };
  }

  results({ queryId, nextToken, maxItems }: Input): Input {
    const { run, status } = this.#query(queryId);
    const rows = status === "Complete" ? run.rows : [];
    const page = pageAt(rows, nextToken, Number(maxItems ?? PAGE));
    if (!page) throw invalid(`nextToken ${nextToken} is not valid`);
    return {
      queryLanguage: LANGUAGE,
      results: page.items,
      statistics: run.statistics,
      status,
      ...(page.next && { nextToken: page.next }),
    };
  }

  stop({ queryId }: Input): Input {
    const query = this.#query(queryId);
    if (!isOpen(query)) throw invalid("The specified query is not running");
    query.timer?.cancel();
    query.run.release();
    query.status = "Cancelled";
    return { success: true };
  }

  /** The output of DescribeQueries, newest first. */
  describe(input: Input): Input {
    const { logGroupName, status, maxResults = 1000, nextToken, queryLanguage = LANGUAGE } = input;
    const found = [...this.#queries.values()]
      .reverse()
      .filter((query) => logGroupName === undefined || query.groups.includes(String(logGroupName)))
      .filter((query) => status === undefined || query.status === status)
      .filter(() => queryLanguage === LANGUAGE);
    const page = pageAt(found, nextToken, Number(maxResults));
    if (!page) throw invalid(`nextToken ${nextToken} is not valid`);
    return {
      queries: page.items.map((query) => ({
        queryLanguage: LANGUAGE,
        queryId: query.id,
        queryString: query.source,
        status: query.status,
        createTime: query.createdAt,
        logGroupName: query.groups.join(", "),
      })),
      ...(page.next && { nextToken: page.next }),
    };
  }

  #schedule(query: Query): void {
    query.timer = this.#kernel.clock.after(0, () => {
      query.status = "Running";
      try {
        if (query.run.step()) query.status = "Complete";
        else this.#schedule(query);
      } catch (error) {
        this.#fail(query, error);
      }
    });
  }

  /** A query that fails stops no other. */
  #fail(query: Query, error: unknown): void {
    query.status = "Failed";
    query.run.release();
    this.#kernel.trace.emit({
      from: "logs insights",
      to: query.groups.join(", "),
      kind: "logs:StartQuery",
      decision: "failed",
      detail: `the query ${query.id} failed: ${(error as Error).message}`,
    });
  }

  #makeRoom(): void {
    const all = [...this.#queries.values()];
    if (all.filter(isOpen).length >= MAX_RUNNING) {
      throw new ServiceError(
        "LimitExceededException",
        `Account maximum query concurrency limit of [${MAX_RUNNING}] reached.`,
      );
    }
    let rows = all.reduce((sum, { run }) => sum + run.rows.length, 0);
    for (const query of all) {
      if (this.#queries.size < MAX_KEPT_QUERIES && rows <= MAX_KEPT_ROWS) return;
      if (isOpen(query)) continue;
      rows -= query.run.rows.length;
      this.#queries.delete(query.id);
    }
  }

  #existing(name: string): LogGroup {
    const group = this.#group(name);
    if (group) return group;
    throw new ServiceError(
      "ResourceNotFoundException",
      `Log group '${name}' does not exist for account ID '${this.#kernel.account}'`,
    );
  }

  #query(id: unknown): Query {
    const query = this.#queries.get(String(id));
    if (query) return query;
    throw new ServiceError("ResourceNotFoundException", `Query ${id} does not exist`);
  }
}

/** The groups that a StartQuery names, by their names or ARNs. @throws ServiceError InvalidParameterException */
export function groupNames(input: Input): string[] {
  const { logGroupName, logGroupNames, logGroupIdentifiers } = input;
  const given = [logGroupName, logGroupNames, logGroupIdentifiers].filter(
    (value) => value !== undefined,
  );
  if (given.length !== 1) {
    throw invalid("exactly one of logGroupName, logGroupNames and logGroupIdentifiers must be set");
  }
  const names: unknown[] = Array.isArray(given[0]) ? given[0] : given;
  if (names.length < 1 || names.length > MAX_GROUPS) {
    throw invalid(`a query reads 1 to ${MAX_GROUPS} log groups, not ${names.length}`);
  }
  return [...new Set(names.map((name) => String(name).replace(/^arn:.*:log-group:/, "")))];
}

/** An end in seconds includes that whole second. */
function rangeOf({ startTime, endTime }: Input): { from: number; to: number } {
  for (const [name, seconds] of Object.entries({ startTime, endTime })) {
    if (!Number.isInteger(seconds) || Number(seconds) < 0) {
      throw invalid(`${name} ${seconds} must be a number of seconds since 1970`);
    }
    if (Number(seconds) > LATEST_SECONDS) {
      throw invalid(`${name} ${seconds} is in milliseconds; it must be in seconds since 1970`);
    }
  }
  if (Number(startTime) > Number(endTime)) {
    throw invalid(`startTime ${startTime} must not be after endTime ${endTime}`);
  }
  return { from: Number(startTime) * 1000, to: Number(endTime) * 1000 + 999 };
}

/** As AWS lists a query; how it lists one of several groups is not published. */
function sourceOf(names: readonly string[], from: number, to: number, query: string): string {
  const groups = names.map((name) => JSON.stringify(name)).join(" ");
  return `SOURCE ${groups} START=${from} END=${to} | ${query}`;
}

function isOpen({ status }: Query): boolean {
  return status === "Scheduled" || status === "Running";
}

function invalid(message: string): ServiceError {
  return new ServiceError("InvalidParameterException", message);
}
