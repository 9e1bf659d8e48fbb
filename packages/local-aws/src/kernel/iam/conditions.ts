import { BlockList, isIPv6 } from "node:net";
import { arnLike, like } from "./pattern.ts";

/** The condition keys of one request. */
export type RequestContext = Readonly<Record<string, string | string[] | undefined>>;

type Compare = (wanted: string, given: string) => boolean;

const instant = (text: string) => (/^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text));
const numbers =
  (holds: (wanted: number, given: number) => boolean): Compare =>
  (wanted, given) =>
    holds(Number(wanted), Number(given));
const dates =
  (holds: (wanted: number, given: number) => boolean): Compare =>
  (wanted, given) =>
    holds(instant(wanted), instant(given));
const equal = (a: number, b: number) => a === b;

const POSITIVE: Record<string, Compare> = {
  StringEquals: (wanted, given) => wanted === given,
  StringEqualsIgnoreCase: (wanted, given) => wanted.toLowerCase() === given.toLowerCase(),
  StringLike: like,
  NumericEquals: numbers(equal),
  NumericLessThan: numbers((wanted, given) => given < wanted),
  NumericLessThanEquals: numbers((wanted, given) => given <= wanted),
  NumericGreaterThan: numbers((wanted, given) => given > wanted),
  NumericGreaterThanEquals: numbers((wanted, given) => given >= wanted),
  DateEquals: dates(equal),
  DateLessThan: dates((wanted, given) => given < wanted),
  DateLessThanEquals: dates((wanted, given) => given <= wanted),
  DateGreaterThan: dates((wanted, given) => given > wanted),
  DateGreaterThanEquals: dates((wanted, given) => given >= wanted),
  Bool: (wanted, given) => wanted.toLowerCase() === given.toLowerCase(),
  BinaryEquals: (wanted, given) => wanted === given,
  IpAddress: inRange,
  ArnEquals: arnLike,
  ArnLike: arnLike,
};

const NEGATIVE: Record<string, string> = {
  StringNotEquals: "StringEquals",
  StringNotEqualsIgnoreCase: "StringEqualsIgnoreCase",
  StringNotLike: "StringLike",
  NumericNotEquals: "NumericEquals",
  DateNotEquals: "DateEquals",
  NotIpAddress: "IpAddress",
  ArnNotEquals: "ArnEquals",
  ArnNotLike: "ArnLike",
};

/** The condition operators that IAM has, without set prefixes and `IfExists`. */
export const OPERATORS: ReadonlySet<string> = new Set([
  ...Object.keys(POSITIVE),
  ...Object.keys(NEGATIVE),
]);

/** Whether one condition of a policy holds for a request; variables in `wanted` are filled in. */
export function conditionHolds(
  operator: string,
  key: string,
  wanted: readonly string[],
  context: RequestContext,
): boolean {
  const [, set, bare = operator] = /^(ForAllValues|ForAnyValue):(.+)$/.exec(operator) ?? [];
  const given = valuesOf(context, key);
  if (bare === "Null") {
    return wanted.some((value) => (value === "true") === (given === undefined));
  }
  const ifExists = bare.endsWith("IfExists");
  const name = ifExists ? bare.slice(0, -"IfExists".length) : bare;
  const positive = NEGATIVE[name];
  const compare = POSITIVE[positive ?? name];
  if (!compare) return false;
  if (given === undefined) return ifExists || positive !== undefined || set === "ForAllValues";
  const fits = (value: string) => {
    const some = wanted.some((pattern) => compare(pattern, value));
    return positive === undefined ? some : !some;
  };
  if (set === "ForAllValues" || (set === undefined && positive !== undefined)) {
    return given.every(fits);
  }
  return given.some(fits);
}

/** The text with its policy variables (`${aws:username}`, with an optional default) filled in. */
export function substitute(text: string, context: RequestContext): string {
  if (!text.includes("${")) return text;
  return text.replace(/\$\{([^}]+)\}/g, (_whole, variable: string) => {
    if (["*", "?", "$"].includes(variable)) return variable;
    const [key = "", fallback] = variable.split(/\s*,\s*/);
    const value = valuesOf(context, key)?.[0] ?? fallback?.replace(/^'|'$/g, "");
    // A variable without a value matches nothing.
    return value ?? "\u0000";
  });
}

function valuesOf(context: RequestContext, key: string): string[] | undefined {
  const wanted = key.toLowerCase();
  for (const [name, value] of Object.entries(context)) {
    if (name.toLowerCase() !== wanted || value === undefined) continue;
    return Array.isArray(value) ? value : [value];
  }
  return undefined;
}

function inRange(range: string, address: string): boolean {
  const family = isIPv6(address) ? "ipv6" : "ipv4";
  const [network = "", prefix] = range.split("/");
  if (isIPv6(network) !== (family === "ipv6")) return false;
  const list = new BlockList();
  try {
    list.addSubnet(network, Number(prefix ?? (family === "ipv6" ? 128 : 32)), family);
  } catch {
    // What is no range holds no address.
    return false;
  }
  return list.check(address, family);
}
