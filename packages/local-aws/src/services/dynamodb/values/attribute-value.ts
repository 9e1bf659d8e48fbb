/** DynamoDB's types of values, as its API names them. */
export type AttributeType = "S" | "N" | "B" | "BOOL" | "NULL" | "SS" | "NS" | "BS" | "L" | "M";

/** A value as the API's JSON has it: an object with one member, named for its type. Binary is base64. */
export interface AttributeValue {
  S?: string;
  N?: string;
  B?: string;
  BOOL?: boolean;
  NULL?: boolean;
  SS?: string[];
  NS?: string[];
  BS?: string[];
  L?: AttributeValue[];
  M?: Item;
}

/** An item, or the map inside a value. Names may be any text, so read it with `attributeOf`. */
export type Item = Record<string, AttributeValue>;

/** Every type, in the order in which DynamoDB lists them. */
export const ATTRIBUTE_TYPES: readonly AttributeType[] = [
  "B",
  "NULL",
  "SS",
  "BOOL",
  "L",
  "BS",
  "N",
  "NS",
  "S",
  "M",
];

/** The type of a value that was checked. */
export function typeOf(value: AttributeValue): AttributeType {
  for (const type in value) return type as AttributeType;
  throw new Error("a value without a type");
}

/** The attribute of that name; undefined where there is none, also for `constructor` and the like. */
export function attributeOf(item: Item, name: string): AttributeValue | undefined {
  return Object.hasOwn(item, name) ? item[name] : undefined;
}

/** Sets an attribute of any name. */
export function setAttribute(item: Item, name: string, value: AttributeValue): void {
  if (name === "__proto__") {
    const property = { value, enumerable: true, configurable: true, writable: true };
    Object.defineProperty(item, name, property);
  } else {
    item[name] = value;
  }
}

/** The attributes of these names that an item has. */
export function pick(item: Item, names: readonly string[]): Item {
  const picked: Item = {};
  for (const name of names) {
    const value = attributeOf(item, name);
    if (value) setAttribute(picked, name, value);
  }
  return picked;
}
