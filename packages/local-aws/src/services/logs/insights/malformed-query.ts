import { ServiceError } from "../../../kernel/service-error.ts";

/** A part of the query's text, in characters from its start. */
export interface Span {
  start: number;
  end: number;
}

/** The error of a query that cannot be read: its message names the line and the position, both from 1. */
export function malformedQuery(query: string, { start, end }: Span, problem: string): ServiceError {
  const before = query.slice(0, start).split("\n");
  const position = (before.at(-1) ?? "").length + 1;
  const message = `line ${before.length}, position ${position}: ${problem}`;
  const location = { startCharOffset: start, endCharOffset: end };
  return new ServiceError("MalformedQueryException", message, 400, {
    queryCompileError: { location, message },
  });
}
