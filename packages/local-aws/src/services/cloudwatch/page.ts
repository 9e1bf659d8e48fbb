import { ServiceError } from "../../kernel/service-error.ts";

/** One page of a list, and the token of the next where there is one. @throws ServiceError InvalidNextToken. */
export function page<Item>(
  items: readonly Item[],
  size: number,
  token: unknown,
): { items: Item[]; next: { NextToken?: string } } {
  const start = token === undefined ? 0 : Number(token);
  if (!Number.isInteger(start) || start < 0) {
    throw new ServiceError("InvalidNextToken", `The next token ${token} is invalid.`);
  }
  const end = start + size;
  return {
    items: items.slice(start, end),
    next: end < items.length ? { NextToken: String(end) } : {},
  };
}
