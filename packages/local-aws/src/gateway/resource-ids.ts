import { createHash } from "node:crypto";
import type { Place } from "../program/resource-type.ts";

/** The id of a resource of an API: the same at each start. */
export function resourceId(apiId: string, resourcePath: string): string {
  return stableId(`${apiId}${resourcePath}`, resourcePath === "/" ? 10 : 6);
}

/** Lowercase letters and digits that depend only on the string. */
export function stableId(text: string, length: number): string {
  const digest = createHash("sha256").update(text).digest();
  return BigInt(`0x${digest.toString("hex")}`)
    .toString(36)
    .slice(0, length);
}

/** The id that an input refers to: the id itself, or a resource. */
export function referenceId(value: unknown): string {
  if (typeof value === "object" && value !== null && "id" in value) return String(value.id);
  return String(value);
}

/** The id of an API. AWS draws one at random; here it is readable, as it is what people type into URLs. */
export function apiIdOf(name: string, { namePrefix = "" }: Pick<Place, "namePrefix">): string {
  const own = name.startsWith(namePrefix) ? name.slice(namePrefix.length) : name;
  return own
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}
