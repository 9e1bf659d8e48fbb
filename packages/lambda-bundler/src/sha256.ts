import { createHash } from "node:crypto";

/** SHA-256 in hexadecimal digits. */
export function sha256(contents: string | Buffer): string {
  return createHash("sha256").update(contents).digest("hex");
}
