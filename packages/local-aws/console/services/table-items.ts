/** A value as DynamoDB writes it, e.g. `{"S": "mug"}`. */
export type AttributeValue = Record<string, unknown>;
export type Item = Record<string, AttributeValue>;

/** A value in plain JSON; bytes stay Base64. */
function plainValue(value: AttributeValue): unknown {
  const [[type, inner] = ["NULL", true]] = Object.entries(value);
  switch (type) {
    case "N":
      return Number(inner);
    case "NULL":
      return null;
    case "M":
      return plainItem(inner as Item);
    case "L":
      return (inner as AttributeValue[]).map(plainValue);
    case "NS":
      return (inner as string[]).map(Number);
    default:
      return inner;
  }
}

/** An item in plain JSON. */
export function plainItem(item: Item): Record<string, unknown> {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, plainValue(value)]));
}

/** The columns of a table of items: the keys first, then what most items have. */
export function columnsOf(items: readonly Item[], keys: readonly string[], max: number): string[] {
  const counts = new Map<string, number>();
  for (const item of items) {
    for (const name of Object.keys(item)) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const others = [...counts]
    .filter(([name]) => !keys.includes(name))
    .sort(([a, one], [b, two]) => two - one || (a < b ? -1 : 1))
    .map(([name]) => name);
  return [...keys.filter((name) => counts.has(name)), ...others].slice(0, max);
}

/** A value in a cell of a table. */
export function cellText(value: AttributeValue | undefined): string {
  if (!value) return "";
  const plain = plainValue(value);
  return typeof plain === "object" ? JSON.stringify(plain) : String(plain);
}
