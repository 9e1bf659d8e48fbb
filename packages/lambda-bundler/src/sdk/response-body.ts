import type { IncomingMessage } from "node:http";

/** Reads the body of a response to its end. */
export const streamCollector = (response: IncomingMessage): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    response.on("data", (chunk: Buffer) => chunks.push(chunk));
    response.on("error", reject);
    response.on("end", () => {
      const { buffer, byteOffset, length } = Buffer.concat(chunks);
      resolve(new Uint8Array(buffer, byteOffset, length));
    });
  });
