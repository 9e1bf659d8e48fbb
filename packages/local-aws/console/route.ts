/** What the address of the page names: a view, and what is open in it. */
export interface Route {
  view: string;
  /** What is selected, e.g. the id of an order; empty where nothing is. */
  item: string;
}

/** Reads the part of an address behind `#`, e.g. `#/orders/4f2a`. */
export function readRoute(hash: string): Route {
  const [view = "", ...rest] = hash.replace(/^#\/?/, "").split("/");
  return { view: view || "map", item: decode(rest.join("/")) };
}

/** The address of a view, with what is to be open in it. */
export function routeTo(view: string, item = ""): string {
  return `#/${view}${item ? `/${encodeURIComponent(item)}` : ""}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
