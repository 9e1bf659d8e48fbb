import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A server that listens on loopback. */
export interface LoopbackServer {
  readonly port: number;
  /** Sets who answers; requests that come earlier wait. */
  answerWith(listener: RequestListener): void;
  /** Stops listening and ends open connections. */
  close(): Promise<void>;
}

/**
 * Listens on 127.0.0.1; port 0 means any free one.
 *
 * @throws Error naming the port and the flag that changes it, when it is taken.
 */
export async function listenOnLoopback(port: number, flag: string): Promise<LoopbackServer> {
  let answer: RequestListener | undefined;
  let early: Parameters<RequestListener>[] = [];
  const server = createServer({ maxHeaderSize: 64 * 1024 }, (request, response) => {
    if (answer) answer(request, response);
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
      for (const [request, response] of early) listener(request, response);
      early = [];
    },
    close: () => close(server),
  };
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
