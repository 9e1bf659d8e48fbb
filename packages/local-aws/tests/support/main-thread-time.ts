/** A second of the main thread's own processor time is the most that an answer may take of it. */
export const MAX_ANSWER_MS = 1_000;

/**
 * Measures processor time of the main thread, in milliseconds, from this call to that of the answer. Unlike the time of
 * day it does not grow while other processes use the machine, and all who wait for the main thread wait at least as long.
 */
export function mainThreadTime(): () => number {
  const before = process.threadCpuUsage();
  return () => {
    const { user, system } = process.threadCpuUsage(before);
    return (user + system) / 1_000;
  };
}
