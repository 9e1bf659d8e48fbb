import type { Store } from "./store.ts";

/** A clock that can go on from a time that was shown before. */
interface ResumableClock {
  now(): number;
  goOnFrom(shown: number): void;
}

// How far what is stored may be behind what was shown.
const MAX_BEHIND_MS = 1_000;

/**
 * Keeps the time with what is stamped by it, so that stamps stay in order where the machine's clock was set back while
 * nothing ran.
 */
export function keepTime(store: Store, clock: ResumableClock): void {
  const times = store.collection<number>("clock");
  const shown = times.get("shown");
  if (shown !== undefined) clock.goOnFrom(shown + MAX_BEHIND_MS);
  let kept = Number.NEGATIVE_INFINITY;
  store.beforeEachCommit(() => {
    const now = clock.now();
    if (now - kept < MAX_BEHIND_MS) return;
    kept = now;
    times.put("shown", now);
  });
}
