import type { IncomingMessage } from "node:http";
import { gunzipSync } from "node:zlib";
import { ServiceError } from "../kernel/service-error.ts";
import type { WireRequest } from "./wire.ts";

// The largest request of any service here: a Lambda payload of 6 MB, or a DynamoDB batch of 16 MB.
const MAX_BODY_BYTES = 17 * 1024 * 1024;

/** Reads a request with its whole body. @throws ServiceError if that is too large or malformed. */
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

// By events: an iterator over the request costs more than all else that is done with a small one.
function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_BODY_BYTES) {
        reject(new ServiceError("RequestTooLarge", "the request is larger than 17 MB", 413));
      } else chunks.push(chunk);
    });
    request.on("end", () => {
      const [first] = chunks;
      const body = first && chunks.length === 1 ? first : Buffer.concat(chunks);
      // SDKs compress the larger calls of PutMetricData.
      const isCompressed = request.headers["content-encoding"] === "gzip";
      try {
        resolve(isCompressed ? gunzip(body) : body);
      } catch (error) {
        reject(error);
      }
    });
    request.on("error", reject);
    // No event matters after the response.
    request.on("close", () => reject(new Error("the caller went away")));
  });
}

function gunzip(body: Buffer): Buffer {
  try {
    return gunzipSync(body, { maxOutputLength: MAX_BODY_BYTES });
  } catch (error) {
    const why = (error as Error).message;
    throw new ServiceError(
      "SerializationException",
      `the body is not valid gzip of up to 17 MB: ${why}`,
    );
  }
}
