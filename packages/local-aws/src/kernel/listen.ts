import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { unattended } from "./unattended.ts";

/** Handles one request. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => unknown;

/** A server that listens on loopback. */
export interface LoopbackServer {
  readonly port: number;
  /** Sets the request handler; earlier requests wait for it. A request whose handler fails gets a 500. */
  answerWith(listener: Answer): void;
  /** Stops listening and ends open connections. */
  close(): Promise<void>;
}

/** How long a client may take to send a request; one that takes longer gets a 408, and its connection is closed. */
export interface Deadlines {
  /** For the request line and the headers. */
  headersMs: number;
  /** For the whole request, its body included. */
  requestMs: number;
  /** How often connections are looked at. */
  checkEveryMs: number;
}

// Half a minute for a request, as long as API Gateway waits for an integration.
const DEADLINES: Deadlines = { headersMs: 10_000, requestMs: 30_000, checkEveryMs: 1_000 };

/**
 * Listens on 127.0.0.1; port 0 means any free one.
 *
 * @throws Error naming the port and the flag that changes it, when it is taken.
 */
export async function listenOnLoopback(
  port: number,
  flag: string,
  { headersMs, requestMs, checkEveryMs } = DEADLINES,
): Promise<LoopbackServer> {
  let answer: Answer | undefined;
  let early: Parameters<Answer>[] = [];
  const limits = {
    maxHeaderSize: 64 * 1024,
    headersTimeout: headersMs,
    requestTimeout: requestMs,
    connectionsCheckingInterval: checkEveryMs,
  };
  const server = createServer(limits, (request, response) => {
    if (answer) attend(answer, request, response);
    else early.push([request, response]);
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(explain(error, port, flag)));
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    answerWith(listener) {
      answer = listener;
      for (const [request, response] of early) attend(listener, request, response);
      early = [];
    },
    close: () => close(server),
  };
}

/** Handles one request; if that fails, the client gets an error and the server keeps running. */
function attend(answer: Answer, request: IncomingMessage, response: ServerResponse): void {
  unattended(`${request.method} ${request.url}`, async () => {
    try {
      await answer(request, response);
    } catch (error) {
      if (response.headersSent) response.destroy();
      else {
        const text = JSON.stringify({ message: "Internal server error" });
        response.writeHead(500, {
          "content-type": "application/json",
          "content-length": Buffer.byteLength(text),
        });
        response.end(text);
      }
      throw error;
    }
  });
}

function explain(error: NodeJS.ErrnoException, port: number, flag: string): Error {
  if (error.code === "EADDRINUSE") {
    return new Error(`port ${port} is taken; stop what uses it, or choose another with ${flag}`);
  }
  if (error.code === "EACCES") {
    return new Error(
      `port ${port} may not be used by this account; choose one above 1023 with ${flag}`,
    );
  }
  return error;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
