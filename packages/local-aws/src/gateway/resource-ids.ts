import { createHash } from "node:crypto";

/** The id of a resource of an API: the same at each start. */
export function resourceId(apiId: string, resourcePath: string): string {
  return stableId(`${apiId}${resourcePath}`, resourcePath === "/" ? 10 : 6);
}

/** Lower-case letters and digits that depend on nothing but the text. */
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
