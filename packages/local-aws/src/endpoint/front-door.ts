import type { IncomingMessage, ServerResponse } from "node:http";
import { gunzipSync } from "node:zlib";
import type { Kernel } from "../kernel/kernel.ts";
import type { Caller } from "../kernel/service.ts";
import { ServiceError } from "../kernel/service-error.ts";
import {
  readJsonCall,
  type WireAnswer,
  type WireCall,
  writeJsonAnswer,
  writeJsonError,
} from "./json-rpc.ts";
import { readQueryCall, writeQueryAnswer, writeQueryError } from "./query-xml.ts";
import { readRestCall, writeRestAnswer, writeRestError } from "./rest-json.ts";

/** Answers `GET /_local/<name>` with JSON. */
export type LocalPage = () => unknown;

// The largest request of any service here: a Lambda payload of 6 MB, or a DynamoDB batch of 16 MB.
const LARGEST_BODY = 17 * 1024 * 1024;

/** The AWS-shaped endpoint: finds out who calls what, lets the dispatcher do it, and answers in the caller's protocol. */
export class FrontDoor {
  readonly #kernel: Kernel;
  readonly #pages: Readonly<Record<string, LocalPage>>;

  constructor(kernel: Kernel, pages: Readonly<Record<string, LocalPage>>) {
    this.#kernel = kernel;
    this.#pages = pages;
  }

  /** Answers one request; never throws. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = this.#kernel.newId();
    let answer: WireAnswer;
    try {
      answer = await this.#answer(request, requestId);
    } catch (error) {
      answer = writeRestError(asServiceError(error));
    }
    if (response.destroyed) return;
    response.writeHead(answer.status, {
      ...answer.headers,
      "content-length": Buffer.byteLength(answer.body),
      "x-amzn-requestid": requestId,
    });
    response.end(answer.body);
  }

  async #answer(request: IncomingMessage, requestId: string): Promise<WireAnswer> {
    const { method = "GET", headers } = request;
    // A page from elsewhere whose name resolves to this machine must not read secrets here.
    if (!/^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i.test(headers.host ?? "")) {
      throw new ServiceError("ForbiddenHost", `host ${headers.host} is not this machine`, 403);
    }
    const url = new URL(request.url ?? "/", "http://localhost");
    if (url.pathname.startsWith("/_local/")) return this.#page(method, url.pathname.slice(8));

    const body = await readBody(request);
    const signed = /Credential=([^/,\s]+)\/\d+\/[^/]*\/([^/,\s]+)/.exec(
      headers.authorization ?? "",
    );
    const target = headers["x-amz-target"];
    if (typeof target === "string") {
      const call = readJsonCall(target, body);
      if (!call) throw unknownOperation(target);
      return this.#run(call, signed, requestId, {
        answer: (output) => writeJsonAnswer(target, output),
        error: (error) => writeJsonError(target, error),
      });
    }
    if (headers["content-type"]?.startsWith("application/x-www-form-urlencoded")) {
      const service = signed?.[2] ?? "";
      const call = readQueryCall(service, body);
      if (!call) throw unknownOperation(`${service || "unsigned"} query call`);
      return this.#run(call, signed, requestId, {
        answer: (output) => writeQueryAnswer(call, output, requestId),
        error: (error) => writeQueryError(service, error, requestId),
      });
    }
    const call = readRestCall({ method, url, headers, body });
    if (!call) throw unknownOperation(`${method} ${url.pathname}`);
    return this.#run(call, signed, requestId, {
      answer: (output) => writeRestAnswer(call, output),
      error: writeRestError,
    });
  }

  async #run(
    call: WireCall,
    signed: RegExpExecArray | null,
    requestId: string,
    write: { answer(output: unknown): WireAnswer; error(error: ServiceError): WireAnswer },
  ): Promise<WireAnswer> {
    try {
      if (!signed)
        throw new ServiceError(
          "MissingAuthenticationTokenException",
          "Request is missing Authentication Token",
          403,
        );
      const caller: Caller = this.#kernel.credentials.callerOf(signed[1] ?? "");
      const { service, operation, input } = call;
      return write.answer(
        await this.#kernel.dispatcher.call(service, operation, input, caller, requestId),
      );
    } catch (error) {
      return write.error(asServiceError(error));
    }
  }

  #page(method: string, name: string): WireAnswer {
    const page = Object.hasOwn(this.#pages, name) ? this.#pages[name] : undefined;
    if (method !== "GET" || !page) {
      const known = Object.keys(this.#pages).map((key) => `/_local/${key}`);
      throw new ServiceError("NotFound", `no such page; there are: ${known.join(", ")}`, 404);
    }
    return {
      status: 200,
      headers: { "content-type": "application/json", "cache-control": "no-store" },
      body: `${JSON.stringify(page(), undefined, 2)}\n`,
    };
  }
}

function unknownOperation(what: string): ServiceError {
  return new ServiceError(
    "UnknownOperationException",
    `${what} is not supported by the local runtime`,
    404,
  );
}

function asServiceError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  if (error instanceof SyntaxError)
    return new ServiceError("SerializationException", error.message);
  console.error(error);
  return new ServiceError("InternalFailure", "the local runtime failed; its console says why", 500);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > LARGEST_BODY)
      throw new ServiceError("RequestTooLarge", "the request is larger than 17 MB", 413);
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  // SDKs compress the larger calls of PutMetricData.
  const compressed = request.headers["content-encoding"] === "gzip";
  return (compressed ? gunzip(body) : body).toString("utf8");
}

function gunzip(body: Buffer): Buffer {
  try {
    return gunzipSync(body, { maxOutputLength: LARGEST_BODY });
  } catch (error) {
    const why = (error as Error).message;
    throw new ServiceError("SerializationException", `the body is no gzip of up to 17 MB: ${why}`);
  }
}
