import { Readable } from "node:stream";
import type { World } from "./world.ts";

interface SdkRequest {
  method: string;
  path: string;
  query?: Record<string, string>;
  headers: Record<string, string>;
  body?: string | Uint8Array;
}

/** Configuration of AWS clients that reach a world without a network, as the person at the keyboard. */
export function clientConfig({ endpoint, kernel }: World, wait = waitFor) {
  const send = async ({ method, path, query, headers, body = "" }: SdkRequest) => {
    const request = {
      method,
      path,
      query: new URLSearchParams(query),
      headers: lowerCase(headers),
      body: typeof body === "string" ? Buffer.from(body) : bytesOf(body),
    };
    const answer = await endpoint(request, kernel.newId());
    const response = {
      statusCode: answer.status,
      headers: lowerCase(answer.headers),
      body: Readable.from([Buffer.from(answer.body as string)]),
    };
    return { response };
  };
  const handle = (request: SdkRequest) => wait(send(request));
  return {
    region: kernel.region,
    endpoint: "http://127.0.0.1:4566",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    requestHandler: { handle, metadata: { handlerProtocol: "http/1.1" } },
  };
}

function bytesOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

function lowerCase(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

function waitFor<T>(answer: Promise<T>): Promise<T> {
  return answer;
}
