// What has not stopped by then will not stop.
const MAX_STOP_MS = 10_000;
// A terminal sends the signal to every process of the group, and a parent may pass it on again.
const SAME_SIGNAL_MS = 1_000;

/** How long ending may take, in milliseconds. */
export interface EndingTimes {
  /** @default 10 seconds */
  maxStopMs?: number;
  /** Signals that come so soon after the first are the same one. @default one second */
  sameSignalMs?: number;
}

/** Ends the process on SIGINT, SIGTERM or SIGHUP: after `stop`, when that takes too long, or at a second signal. */
export function endOnSignals(stop: () => Promise<void>, times: EndingTimes = {}): void {
  const { maxStopMs = MAX_STOP_MS, sameSignalMs = SAME_SIGNAL_MS } = times;
  let since: number | undefined;
  const end = (signal: NodeJS.Signals) => {
    if (since === undefined) {
      since = performance.now();
      setTimeout(() => giveUp(`it did not stop within ${maxStopMs / 1000} s`), maxStopMs);
      stop().then(
        () => {
          console.log("stopped");
          process.exit(0);
        },
        (error) => giveUp(error instanceof Error ? error.message : String(error)),
      );
    } else if (performance.now() - since > sameSignalMs) giveUp(`a second ${signal}`);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, end);
}

function giveUp(why: string): void {
  console.error(`stopped without cleaning up: ${why}`);
  process.exit(1);
}
