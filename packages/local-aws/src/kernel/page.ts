/** One page of a list, and the token of the next where there is one. */
export interface Page<Item> {
  items: Item[];
  next?: string;
}

/** The page that a token starts; undefined for a token that was not issued here. */
export function pageAt<Item>(
  items: readonly Item[],
  token: unknown,
  size: number,
): Page<Item> | undefined {
  const at = token === undefined ? "0" : Buffer.from(String(token), "base64").toString();
  if (!/^\d{1,9}$/.test(at)) return undefined;
  const start = Number(at);
  const end = start + size;
  return { items: items.slice(start, end), ...(end < items.length && { next: tokenOf(end) }) };
}

/** Base64, as AWS's tokens are: some clients decode them. */
function tokenOf(place: number): string {
  return Buffer.from(String(place)).toString("base64");
}
