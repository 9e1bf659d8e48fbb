import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";
import type { StoredObject } from "../s3/buckets.ts";

// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/ServingCompressedFiles.html
const MIN_BYTES = 1_000;
const MAX_BYTES = 10_000_000;
const COMPRESSED_TYPES =
  /^(text\/|application\/(javascript|json|manifest\+json|wasm|x-javascript|xml|rss\+xml)|image\/svg\+xml)/;

const encoders = { br: promisify(brotliCompress), gzip: promisify(gzip) };

/** The body of an object, compressed where CloudFront would compress it for this viewer. */
export async function compressed(
  { body, contentType }: StoredObject,
  accepted: string | string[] | undefined,
): Promise<{ body: Buffer; encoding?: "br" | "gzip" | undefined }> {
  const fits = body.length >= MIN_BYTES && body.length <= MAX_BYTES;
  if (!fits || !COMPRESSED_TYPES.test(contentType)) return { body };
  const codings = String(accepted ?? "")
    .split(",")
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => !/;\s*q=0(\.0*)?$/.test(coding))
    .map((coding) => coding.replace(/;.*$/, ""));
  const encoding = (["br", "gzip"] as const).find((name) => codings.includes(name));
  return encoding ? { body: await encoders[encoding](body), encoding } : { body };
}
