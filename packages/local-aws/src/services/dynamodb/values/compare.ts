import { type AttributeValue, attributeOf, type Item, typeOf } from "./attribute-value.ts";
import { compareNumbers } from "./decimal.ts";

/** Whether two values are of one type and equal. Sets are kept in order, so the order of their members never counts. */
export function equalValues(a: AttributeValue, b: AttributeValue): boolean {
  if (a === b) return true;
  const type = typeOf(a);
  if (type !== typeOf(b)) return false;
  switch (type) {
    case "SS":
    case "NS":
    case "BS":
      return equalLists(a[type] ?? [], b[type] ?? [], (x, y) => x === y);
    case "L":
      return equalLists(a.L ?? [], b.L ?? [], equalValues);
    case "M":
      return equalItems(a.M ?? {}, b.M ?? {});
    default:
      return a[type] === b[type];
  }
}

/** Whether two items have the same attributes, in any order. */
export function equalItems(a: Item, b: Item): boolean {
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => {
    const left = attributeOf(a, name);
    const right = attributeOf(b, name);
    return left !== undefined && right !== undefined && equalValues(left, right);
  });
}

/** The sort order of two values; undefined for values of two types, or of a type other than S, N or B. */
export function compareValues(a: AttributeValue, b: AttributeValue): number | undefined {
  if (a.N !== undefined && b.N !== undefined) return compareNumbers(a.N, b.N);
  if (a.S !== undefined && b.S !== undefined) return compareText(a.S, b.S);
  if (a.B !== undefined && b.B !== undefined) {
    return Buffer.compare(Buffer.from(a.B, "base64"), Buffer.from(b.B, "base64"));
  }
  return undefined;
}

// Text sorts by its bytes in UTF-8, which is the order of its code points.
function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function equalLists<T>(a: T[], b: T[], equal: (x: T, y: T) => boolean): boolean {
  return a.length === b.length && a.every((x, index) => equal(x, b[index] as T));
}
