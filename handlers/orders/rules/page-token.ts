import { createHmac, timingSafeEqual } from "node:crypto";
import { HttpError } from "../../shared/http-error.ts";

/** The last order that a page had of one key of the index; where it had none, the age that the page came to. */
export type Position = [createdAt: string, orderId?: string];

/** Where the next page goes on, by key of the index. */
export type Positions = Record<string, Position>;

const LONGEST = 8_192;

/** A token that goes on after these positions, for one filter. Nobody without the secret can make one. */
export function writePageToken(positions: Positions, filter: string, secret: Buffer): string {
  const text = Buffer.from(JSON.stringify(positions)).toString("base64url");
  return `${text}.${signature(text, filter, secret)}`;
}

/**
 * The positions that a token holds.
 *
 * @throws HttpError `invalid_page_token` when it was not made here, or for another filter.
 */
export function readPageToken(token: string, filter: string, secret: Buffer): Positions {
  const [text = "", signed = ""] = token.length <= LONGEST ? token.split(".") : [];
  const expected = Buffer.from(signature(text, filter, secret));
  const given = Buffer.from(signed);
  const genuine = given.length === expected.length && timingSafeEqual(given, expected);
  if (!genuine || token !== `${text}.${signed}`) {
    throw new HttpError(
      "invalid_page_token",
      "nextToken must be what an earlier answer had, for the same status.",
    );
  }
  return JSON.parse(Buffer.from(text, "base64url").toString()) as Positions;
}

function signature(text: string, filter: string, secret: Buffer): string {
  return createHmac("sha256", secret).update(`${filter}\n${text}`).digest("base64url");
}
