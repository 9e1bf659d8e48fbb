import { createHash } from "node:crypto";

/**
 * The name that a resource gets where the program sets none: as on AWS the logical name and seven hex digits,
 * so that code which guesses names fails here too. The digits are the same at each start.
 */
export function generatedName(urn: string, logicalName: string): string {
  return `${logicalName}-${createHash("sha256").update(urn).digest("hex").slice(0, 7)}`;
}
