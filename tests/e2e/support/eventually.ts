import { setTimeout as realWait } from "node:timers/promises";

// Far more than it takes on a machine that is busy; the test's own file is stopped after two minutes.
const MAX_WAIT_MS = 60_000;
const PAUSE_MS = 20;

/** Waits in the machine's own time, for what no clock of a stack reaches: processes, and files that are watched. */
export async function eventually<T>(
  what: string,
  read: () => T | undefined | Promise<T | undefined>,
): Promise<T> {
  const deadline = Date.now() + MAX_WAIT_MS;
  for (;;) {
    const value = await read();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > deadline) throw new Error(`${what} did not happen within ${MAX_WAIT_MS} ms`);
    await realWait(PAUSE_MS);
  }
}
