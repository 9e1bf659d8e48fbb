import type { IncomingMessage, ServerResponse } from "node:http";
import { notDurable, untilDurable } from "../gateway/durable-answer.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { typeError } from "../kernel/models/input-errors.ts";
import { modelledServices, modelOf } from "../kernel/models/service-model.ts";
import { WireTypeError } from "../kernel/models/wire-types.ts";
import { ServiceError } from "../kernel/service-error.ts";
import { strangerOf } from "../kernel/strangers.ts";
import { type Identified, identify, signatureOf } from "./identify.ts";
import { restJsonProtocol } from "./protocols/rest-json.ts";
import { readRequest } from "./read-request.ts";
import { header, type WireAnswer, type WireRequest } from "./wire.ts";

/** Responds to `GET /_local/<name>` with JSON. */
export type LocalPage = () => unknown;

/** The AWS-compatible endpoint: identifies caller and operation, dispatches the call, and responds in the caller's protocol. */
export class FrontDoor {
  readonly #kernel: Kernel;
  readonly #pages: Readonly<Record<string, LocalPage>>;

  constructor(kernel: Kernel, pages: Readonly<Record<string, LocalPage>>) {
    this.#kernel = kernel;
    this.#pages = pages;
  }

  /** Handles one request; never throws. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = this.#kernel.newId();
    const gone = new AbortController();
    response.once("close", () => {
      if (!response.writableFinished) gone.abort();
    });
    let answer: WireAnswer;
    let isFunction = false;
    try {
      const stranger = strangerOf(request.headers);
      if (stranger) throw new ServiceError(stranger.code, stranger.message, 403);
      const whole = await readRequest(request);
      isFunction = this.#isFunction(whole);
      answer = await this.answer(whole, requestId, gone.signal);
    } catch (error) {
      // The caller went away in the middle of its request.
      if (request.destroyed && !request.complete) return;
      answer = restJsonProtocol.error({ name: "" }, asServiceError(error, ""), requestId);
    }
    if (isFunction) await untilDurable(this.#kernel.store, gone.signal);
    const problem = await notDurable(this.#kernel.store);
    if (problem) answer = restJsonProtocol.error({ name: "" }, unavailable(problem), requestId);
    if (response.destroyed) return;
    response.writeHead(answer.status, {
      ...Object.fromEntries(
        Object.entries(answer.headers).map(([name, value]) => [name, asHeader(value)]),
      ),
      "content-length": Buffer.byteLength(answer.body),
      "x-amzn-requestid": requestId,
    });
    response.end(answer.body);
  }

  /**
   * Handles a request that has been read as a whole.
   *
   * @param gone Aborted when the client no longer waits for the response.
   */
  async answer(request: WireRequest, requestId: string, gone?: AbortSignal): Promise<WireAnswer> {
    if (request.path.startsWith("/_local/")) return this.#page(request);
    const signed = signatureOf(request);
    const identified = identify(request, signed);
    const { by, protocol, call } = identified;
    try {
      if (!by.service) throw notServed(by.name);
      if (!signed) {
        throw new ServiceError(
          "MissingAuthenticationTokenException",
          "Request is missing Authentication Token",
          403,
        );
      }
      if (!call) throw noOperation(identified, request);
      const caller = this.#kernel.credentials.callerOf(signed.accessKeyId);
      const { refusal } = this.#kernel.store;
      // Functions finish what they have started.
      if (refusal && caller.kind === "administrator") throw unavailable(refusal);
      const traceHeader = header(request, "x-amzn-trace-id");
      const output = await this.#kernel.dispatcher.call(
        by.service,
        call.operation,
        call.input() as object,
        caller,
        requestId,
        { traceHeader, asText: protocol.takesText === true, ...(gone && { signal: gone }) },
      );
      return protocol.answer(by, call, output, requestId);
    } catch (error) {
      // The client left while the call waited for its turn; nobody reads this.
      const known = gone?.aborted
        ? new ServiceError("ClientClosedRequest", "the client closed the connection", 499)
        : asServiceError(error, by.service ?? "");
      return protocol.error(by, known, requestId);
    }
  }

  #isFunction(request: WireRequest): boolean {
    const signed = signatureOf(request);
    return !!signed && this.#kernel.credentials.callerOf(signed.accessKeyId).kind === "role";
  }

  #page({ method, path }: WireRequest): WireAnswer {
    const name = path.slice("/_local/".length);
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

function unavailable(why: string): ServiceError {
  return new ServiceError("ServiceUnavailable", why, 503);
}

function notServed(name: string): ServiceError {
  const served = modelledServices().map((service) => modelOf(service)?.serviceId);
  return new ServiceError(
    "UnknownOperationException",
    `${name} is not served by the local runtime; it serves ${served.join(", ")}`,
    404,
  );
}

function noOperation({ by }: Identified, { method, path }: WireRequest): ServiceError {
  return new ServiceError(
    "UnknownOperationException",
    `${method} ${path} names no operation of ${by.name}`,
    404,
  );
}

function asServiceError(error: unknown, service: string): ServiceError {
  if (error instanceof ServiceError) return error;
  if (error instanceof WireTypeError) return typeError(service, error.message);
  if (error instanceof SyntaxError)
    return new ServiceError("SerializationException", error.message);
  // Code that walks a request by recursion; it has changed nothing yet.
  if (error instanceof RangeError && error.message.includes("call stack"))
    return new ServiceError("SerializationException", "the request nests too deep");
  console.error(error);
  return new ServiceError("InternalFailure", "the local runtime failed; see its console", 500);
}

/** A valid header value. */
function asHeader(value: string): string {
  return value.replace(/[^\t\x20-\x7e\x80-\xff]/g, "?");
}
