import type { IncomingHttpHeaders } from "node:http";

const LOOPBACK = /^(([\w-]+\.)*localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;

/** Why a request is refused, as a code and a sentence. */
export interface Stranger {
  code: "ForbiddenHost" | "ForbiddenOrigin";
  message: string;
}

/**
 * Recognises a request that a foreign page makes a browser send, which could read or change what is on this machine:
 * its `Host` is a foreign name that resolves to this machine (DNS rebinding), or its `Origin` is foreign. Programs send
 * no `Origin`.
 *
 * @param origins Foreign origins that are welcome, e.g. `https://shop.example`.
 */
export function strangerOf(
  { host = "", origin, ...headers }: IncomingHttpHeaders,
  origins: readonly string[] = [],
): Stranger | undefined {
  if (!LOOPBACK.test(host)) {
    return { code: "ForbiddenHost", message: `host ${host} is not this machine` };
  }
  if (origin === undefined) {
    // Images and scripts of a foreign page carry no Origin. A followed link leaves the page.
    const isEmbedded =
      headers["sec-fetch-site"] === "cross-site" && headers["sec-fetch-dest"] !== "document";
    return isEmbedded
      ? { code: "ForbiddenOrigin", message: "a page from elsewhere may not call this machine" }
      : undefined;
  }
  if (origins.includes(origin) || LOOPBACK.test(origin.replace(/^https?:\/\//, ""))) return;
  return { code: "ForbiddenOrigin", message: `origin ${origin} may not call this machine` };
}
