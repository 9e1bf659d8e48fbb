import { createHmac, timingSafeEqual } from "node:crypto";
import { HttpError } from "../../shared/http-error.ts";
import { orderDetails } from "../contract/details.ts";

/** Position in one shard of the index: the last order of the page, or the age that the page ended at. */
export type Position = [createdAt: string, orderId?: string];

/** Where the next page starts, by shard of the index. */
export type Positions = Record<string, Position>;

const MAX_LENGTH = 8_192;

/** A token for the page after these positions. It is signed, and bound to one filter. */
export function writePageToken(positions: Positions, filter: string, secret: Buffer): string {
  const text = Buffer.from(JSON.stringify(positions)).toString("base64url");
  return `${text}.${signature(text, filter, secret)}`;
}

/**
 * The positions that a token holds.
 *
 * @throws HttpError `invalid_page_token` when its signature is wrong, or it belongs to another filter.
 */
export function readPageToken(token: string, filter: string, secret: Buffer): Positions {
  const [text = "", signed = ""] = token.length <= MAX_LENGTH ? token.split(".") : [];
  const expected = Buffer.from(signature(text, filter, secret));
  const given = Buffer.from(signed);
  const genuine = given.length === expected.length && timingSafeEqual(given, expected);
  if (!genuine || token !== `${text}.${signed}`) {
    throw new HttpError("invalid_page_token", orderDetails.pageToken);
  }
  return JSON.parse(Buffer.from(text, "base64url").toString()) as Positions;
}

function signature(text: string, filter: string, secret: Buffer): string {
  return createHmac("sha256", secret).update(`${filter}\n${text}`).digest("base64url");
}
