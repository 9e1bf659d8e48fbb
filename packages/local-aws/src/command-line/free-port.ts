import { listenOnLoopback } from "../kernel/listen.ts";

const MAX_TRIES = 20;

/** The port, or the next one that is free. */
export async function freePort(wanted: number): Promise<number> {
  for (let port = wanted; port < wanted + MAX_TRIES; port++) {
    try {
      await (await listenOnLoopback(port, "")).close();
      return port;
    } catch {
      // It is taken.
    }
  }
  return 0;
}
