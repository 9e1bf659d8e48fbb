import { Logs } from "../../src/services/logs/service.ts";
import { testKernel } from "./test-kernel.ts";

/** A row as text: field=value, without the pointer. */
export type ShownRow = Record<string, string>;

interface Answer {
  queryId: string;
  status: string;
  results: { field: string; value: string }[][];
  statistics: Record<string, number>;
  nextToken?: string;
}

/** Logs with the groups /g and /h, on virtual time, and ways to ask them. */
export function insights() {
  const { kernel, clock, notable } = testKernel();
  const logs = new Logs(kernel);
  kernel.dispatcher.register(logs);
  for (const name of ["/g", "/h"]) logs.provisionGroup(name);
  const call = <Output = Answer>(operation: string, input: object = {}) =>
    kernel.dispatcher.call<Output>("logs", operation, input, { kind: "administrator" });
  const second = () => Math.floor(clock.now() / 1000);
  /** Starts a query over everything so far. */
  const start = (queryString: string, input: object = {}) =>
    call("StartQuery", {
      ...("logGroupNames" in input ? {} : { logGroupName: "/g" }),
      queryString,
      startTime: 0,
      endTime: second() + 3600,
      ...input,
    });
  /** Runs a query to its end. */
  const run = async (queryString: string, input: object = {}) => {
    const { queryId } = await start(queryString, input);
    await clock.advance(0);
    return await call("GetQueryResults", { queryId });
  };
  /** The rows of a query, without their pointers. */
  const rows = async (queryString: string, input: object = {}): Promise<ShownRow[]> => {
    const { results } = await run(queryString, input);
    return results.map((row) =>
      Object.fromEntries(
        row.filter(({ field }) => field !== "@ptr").map(({ field, value }) => [field, value]),
      ),
    );
  };
  /** Stores lines a second apart from each other; objects as JSON. */
  const write = (lines: (string | object)[], group = "/g") => {
    const from = clock.now();
    for (const [n, line] of lines.entries()) {
      const message = typeof line === "string" ? line : JSON.stringify(line);
      logs.append(group, "s", message, from + n * 1000);
    }
  };
  return { kernel, clock, notable, logs, call, start, run, rows, write, second };
}

/** What an operation is refused with. */
export async function refusalOf(work: Promise<unknown>): Promise<{
  code: string;
  message: string;
  details: Record<string, unknown>;
}> {
  try {
    await work;
  } catch (error) {
    return error as { code: string; message: string; details: Record<string, unknown> };
  }
  throw new Error("was not refused");
}
