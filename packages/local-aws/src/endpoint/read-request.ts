import type { IncomingMessage } from "node:http";
import { gunzipSync } from "node:zlib";
import { ServiceError } from "../kernel/service-error.ts";
import type { WireRequest } from "./wire.ts";

// The largest request of any service here: a Lambda payload of 6 MB, or a DynamoDB batch of 16 MB.
const MAX_BODY_BYTES = 17 * 1024 * 1024;

/** Reads a request with its whole body. @throws ServiceError where that is too large or not what it says. */
export async function readRequest(incoming: IncomingMessage): Promise<WireRequest> {
  const { method = "GET", headers, url = "/" } = incoming;
  // A proxy sends the whole address; the path alone counts.
  const address = url.replace(/^https?:\/\/[^/?]*/i, "");
  const at = address.indexOf("?");
  return {
    method,
    path: (at < 0 ? address : address.slice(0, at)) || "/",
    query: new URLSearchParams(at < 0 ? "" : address.slice(at + 1)),
    headers,
    body: await readBody(incoming),
  };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES)
      throw new ServiceError("RequestTooLarge", "the request is larger than 17 MB", 413);
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  // SDKs compress the larger calls of PutMetricData.
  return request.headers["content-encoding"] === "gzip" ? gunzip(body) : body;
}

function gunzip(body: Buffer): Buffer {
  try {
    return gunzipSync(body, { maxOutputLength: MAX_BODY_BYTES });
  } catch (error) {
    const why = (error as Error).message;
    throw new ServiceError("SerializationException", `the body is no gzip of up to 17 MB: ${why}`);
  }
}
