import type { ServerResponse } from "node:http";

/** Responds to a request that belongs to no API. AWS has a host for each API, so it has no such response. */
export function answerNoApi(
  response: ServerResponse,
  address: string,
  known: readonly string[],
): void {
  const text = JSON.stringify({
    message: `no API is at ${address}; there are: ${known.join(", ") || "none"}`,
  });
  response.writeHead(404, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}
