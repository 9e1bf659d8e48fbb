import type { AttributeValue } from "../../../src/services/dynamodb/values/attribute-value.ts";

/** A value as plain JavaScript, in the simplest form that can be compared. */
export type Plain =
  | { type: "S" | "B"; text: string }
  | { type: "N"; number: bigint }
  | { type: "BOOL"; flag: boolean }
  | { type: "NULL" }
  | { type: "SS" | "NS" | "BS"; members: string[] }
  | { type: "L"; list: Plain[] }
  | { type: "M"; map: Map<string, Plain> };

export type Step = string | number;

// Numbers are whole multiples of 1e-140.
const SCALE = 140;

export function plain({ S, N, B, BOOL, NULL, SS, NS, BS, L, M }: AttributeValue): Plain {
  if (S !== undefined) return { type: "S", text: S };
  if (N !== undefined) return { type: "N", number: scaled(N) };
  if (B !== undefined) return { type: "B", text: Buffer.from(B, "base64").toString("latin1") };
  if (BOOL !== undefined) return { type: "BOOL", flag: BOOL };
  if (NULL) return { type: "NULL" };
  if (SS) return { type: "SS", members: [...SS].sort() };
  if (NS) return { type: "NS", members: NS.map((text) => String(scaled(text))).sort() };
  if (BS) return { type: "BS", members: [...BS].sort() };
  if (L) return { type: "L", list: L.map(plain) };
  return { type: "M", map: plainItem(M ?? {}) };
}

export function plainItem(item: Record<string, AttributeValue>): Map<string, Plain> {
  return new Map(Object.entries(item).map(([name, value]) => [name, plain(value)]));
}

/** One text for all values that are equal. */
export function canonical(value: Plain): string {
  switch (value.type) {
    case "N":
      return `N${value.number}`;
    case "L":
      return `L[${value.list.map(canonical).join()}]`;
    case "M":
      return `M{${[...value.map]
        .map(([name, inner]) => `${JSON.stringify(name)}:${canonical(inner)}`)
        .sort()
        .join()}}`;
    default:
      return JSON.stringify(value);
  }
}

export function at(map: Map<string, Plain>, path: readonly Step[]): Plain | undefined {
  let value: Plain | undefined = { type: "M", map };
  for (const step of path) {
    if (value?.type === "M" && typeof step === "string") value = value.map.get(step);
    else if (value?.type === "L" && typeof step === "number") value = value.list[step];
    else return undefined;
  }
  return value;
}

function scaled(text: string): bigint {
  const [mantissa = "", power = "0"] = text.toLowerCase().split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  return BigInt(whole + fraction) * 10n ** BigInt(SCALE - fraction.length + Number(power));
}
