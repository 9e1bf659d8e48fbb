import { Readable } from "node:stream";
import inject from "light-my-request";
import type { World } from "./world.ts";

interface WireRequest {
  method: string;
  path: string;
  query?: Record<string, string>;
  headers: Record<string, string>;
  body?: string | Uint8Array;
}

/** Configuration of AWS clients that reach a world without a network, as the person at the keyboard. */
export function clientConfig({ endpoint, kernel }: World, wait = waitFor) {
  const send = async ({ method, path, query, headers, body }: WireRequest) => {
    const search = query && Object.keys(query).length > 0 ? `?${new URLSearchParams(query)}` : "";
    const answer = await inject(endpoint, {
      method,
      url: `${path}${search}`,
      headers: { ...headers, host: "127.0.0.1:4566" },
      ...(body !== undefined && { payload: textOf(body) }),
    });
    const response = {
      statusCode: answer.statusCode,
      headers: answer.headers,
      body: Readable.from([answer.rawPayload]),
    };
    return { response };
  };
  const handle = (request: WireRequest) => wait(send(request));
  return {
    region: kernel.region,
    endpoint: "http://127.0.0.1:4566",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    requestHandler: { handle, metadata: { handlerProtocol: "http/1.1" } },
  };
}

function textOf(body: string | Uint8Array): string {
  return typeof body === "string" ? body : new TextDecoder().decode(body);
}

function waitFor<T>(answer: Promise<T>): Promise<T> {
  return answer;
}
