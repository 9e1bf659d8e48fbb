import type { AttributeValue, Item } from "./attribute-value.ts";
import { numberSize } from "./decimal.ts";

/** An item's size in bytes, as DynamoDB counts it: names and values in UTF-8. */
export function itemSize(item: Item): number {
  let size = 0;
  for (const [name, value] of Object.entries(item)) size += textSize(name) + valueSize(value);
  return size;
}

/** A value's size in bytes. */
function valueSize(value: AttributeValue): number {
  if (value.S !== undefined) return textSize(value.S);
  if (value.N !== undefined) return numberSize(value.N);
  if (value.M !== undefined) return mapSize(value.M);
  if (value.L !== undefined) return sum(value.L, (element) => 1 + valueSize(element)) + 3;
  if (value.B !== undefined) return binarySize(value.B);
  if (value.SS !== undefined) return sum(value.SS, textSize);
  if (value.NS !== undefined) return sum(value.NS, numberSize);
  if (value.BS !== undefined) return sum(value.BS, binarySize);
  return 1;
}

/** The length of decoded base64. */
export function binarySize(base64: string): number {
  return Buffer.byteLength(base64, "base64");
}

function mapSize(map: Item): number {
  return 3 + Object.keys(map).length + itemSize(map);
}

function textSize(text: string): number {
  return Buffer.byteLength(text);
}

function sum<T>(members: readonly T[], size: (member: T) => number): number {
  let total = 0;
  for (const member of members) total += size(member);
  return total;
}
