/** One page of a list, and the token of the next where there is one. */
export interface Page<Item> {
  items: Item[];
  next?: string;
}

/** The page that starts where a token says; undefined where the token is none that this gave. */
export function pageAt<Item>(
  items: readonly Item[],
  token: unknown,
  size: number,
): Page<Item> | undefined {
  if (token !== undefined && !/^\d{1,9}$/.test(String(token))) return undefined;
  const start = Number(token ?? 0);
  const end = start + size;
  return { items: items.slice(start, end), ...(end < items.length && { next: String(end) }) };
}
