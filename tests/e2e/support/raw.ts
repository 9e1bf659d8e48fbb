import { connect, type Socket } from "node:net";

// Reached only where a server keeps an answer back for good.
const MAX_SILENCE_MS = 60_000;

/** Sends bytes as they are, and returns what comes back until the other side ends the connection. */
export function sendRaw(url: string, bytes: string | Buffer): Promise<string> {
  return exchangeRaw(url, (socket) => socket.write(bytes));
}

/** The same for a client that ends the connection itself, as soon as it has sent all. */
export function sendCutOff(url: string, bytes: string | Buffer): Promise<string> {
  return exchangeRaw(url, (socket) => socket.end(bytes));
}

function exchangeRaw(url: string, send: (socket: Socket) => unknown): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(Number(port), hostname === "localhost" ? "127.0.0.1" : hostname);
    socket.setTimeout(MAX_SILENCE_MS, () => socket.destroy());
    socket.on("connect", () => send(socket));
    socket.on("data", (chunk) => {
      answer += chunk;
    });
    socket.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "ECONNRESET" && error.code !== "EPIPE") reject(error);
    });
    socket.on("close", () => resolve(answer));
  });
}

/** The status of a raw answer; 0 where there was none. */
export function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
}
