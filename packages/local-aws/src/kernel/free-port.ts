import { listenOnLoopback } from "./listen.ts";

const MAX_TRIES = 20;

/** The port, or the next one that is free; 0 where the next few are all taken. */
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
