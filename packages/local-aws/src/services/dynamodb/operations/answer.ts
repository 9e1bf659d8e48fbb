import { JsonText } from "../../../kernel/json-text.ts";
import { StoredItem } from "../items/stored-item.ts";
import type { Item } from "../values/attribute-value.ts";

type Output = Record<string, unknown>;

/** An item of a response: as it is stored, or what a projection keeps of it. */
export type Answered = StoredItem | Item;

/** A response with one item. */
export function withItem(item: Answered | undefined, rest: Output, asText: boolean) {
  if (!item) return rest;
  if (!asText) return { Item: objectOf(item), ...rest };
  return new JsonText(joined(`"Item":${textOf(item)}`, rest), rest);
}

/** A response with items. */
export function withItems(items: readonly Answered[], rest: Output, asText: boolean) {
  if (!asText) return { Items: items.map(objectOf), ...rest };
  return new JsonText(joined(`"Items":[${items.map(textOf).join(",")}]`, rest), rest);
}

// Stored items are JSON already: items that are only returned are neither parsed nor serialised.
function textOf(item: Answered): string {
  return item instanceof StoredItem ? item.text : JSON.stringify(item);
}

function objectOf(item: Answered): Item {
  return item instanceof StoredItem ? item.item : item;
}

function joined(first: string, rest: Output): string {
  const text = JSON.stringify(rest);
  return text === "{}" ? `{${first}}` : `{${first},${text.slice(1)}`;
}
