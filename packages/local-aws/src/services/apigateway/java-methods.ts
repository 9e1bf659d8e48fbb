import { LinearPattern, type PatternMatch } from "../../kernel/linear-pattern.ts";
import { javaText } from "./java-text.ts";

/** A method call in a mapping template. */
export interface MethodCall {
  property: string;
  params: unknown[];
  context: unknown;
}

type Method<T> = (self: T, ...args: never[]) => unknown;
type Fields = Record<string, unknown>;

// Templates see Java's strings, lists and maps; JavaScript's own methods would pass here and fail on AWS.
const STRING: Record<string, Method<string>> = {
  charAt: (self, index: number) => self.charAt(index),
  concat: (self, other: string) => self + other,
  contains: (self, part: unknown) => self.includes(String(part)),
  endsWith: (self, end: string) => self.endsWith(end),
  equals: (self, other: unknown) => self === other,
  equalsIgnoreCase: (self, other: unknown) => self.toLowerCase() === String(other).toLowerCase(),
  indexOf: (self, part: string, from?: number) => self.indexOf(part, from),
  isEmpty: (self) => self.length === 0,
  lastIndexOf: (self, part: string) => self.lastIndexOf(part),
  length: (self) => self.length,
  matches: (self, pattern: string) => new LinearPattern(pattern).fits(self),
  replace: (self, part: string, by: string) => self.split(part).join(by),
  replaceAll: (self, pattern: string, by: string) =>
    new LinearPattern(pattern).replace(self, replacement(by), true),
  replaceFirst: (self, pattern: string, by: string) =>
    new LinearPattern(pattern).replace(self, replacement(by), false),
  split: (self, pattern: string) => withoutEmptyEnd(new LinearPattern(pattern).split(self)),
  startsWith: (self, start: string) => self.startsWith(start),
  substring: (self, from: number, to?: number) => self.substring(from, to),
  toLowerCase: (self) => self.toLowerCase(),
  toString: (self: string) => self,
  toUpperCase: (self) => self.toUpperCase(),
  trim: (self) => self.trim(),
};

const LIST: Record<string, Method<unknown[]>> = {
  add: (self, value: unknown) => self.push(value) > 0,
  contains: (self, value: unknown) => self.includes(value),
  get: (self, index: number) => self[index],
  indexOf: (self, value: unknown) => self.indexOf(value),
  isEmpty: (self) => self.length === 0,
  size: (self) => self.length,
  toString: (self: unknown[]) => javaText(self),
};

const MAP: Record<string, Method<Fields>> = {
  containsKey: (self, key: string) => Object.hasOwn(self, key),
  containsValue: (self, value: unknown) => Object.values(self).includes(value),
  entrySet: (self) => Object.entries(self).map(([key, value]) => ({ key, value })),
  get: (self, key: string) => (Object.hasOwn(self, key) ? self[key] : undefined),
  isEmpty: (self) => Object.keys(self).length === 0,
  keySet: (self) => Object.keys(self),
  put: (self, key: string, value: unknown) => {
    Object.defineProperty(self, key, {
      value,
      enumerable: true,
      writable: true,
      configurable: true,
    });
    return "";
  },
  size: (self) => Object.keys(self).length,
  toString: (self: Fields) => javaText(self),
  values: (self) => Object.values(self),
};

const NUMBER: Record<string, Method<number | boolean>> = {
  equals: (self, other: unknown) => self === other,
  toString: (self: number | boolean) => String(self),
};

/**
 * Calls a method of a value as Java would know it; `$input` and `$util` have their own.
 *
 * @throws Error naming a method that templates do not have.
 */
export function callJavaMethod({ property, params, context }: MethodCall): unknown {
  const method = methodsOf(context)[property];
  if (!method) throw new Error(`.${property}() is not supported in mapping templates`);
  return method(context as never, ...(params as never[]));
}

function methodsOf(value: unknown): Record<string, Method<never>> {
  const methods: Record<string, Method<never>> = typeof value === "string"
    ? STRING
    : Array.isArray(value)
      ? LIST
      : typeof value === "object"
        ? MAP
        : NUMBER;
  return Object.assign(Object.create(null), methods);
}

/** Java writes groups as `$1` and keeps the character after a backslash as it is. */
function replacement(by: string): (match: PatternMatch) => string {
  return ({ groups }) =>
    by.replace(/\\(.)|\$(\d)/g, (_all, literal, group) => literal ?? groups[Number(group)] ?? "");
}

function withoutEmptyEnd(parts: string[]): string[] {
  const last = parts.findLastIndex((part) => part !== "");
  return parts.slice(0, last + 1);
}
