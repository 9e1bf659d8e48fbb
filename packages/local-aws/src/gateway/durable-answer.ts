import { NotDurableError, type Store } from "../store/store.ts";

/**
 * Waits until everything that a response reports is on disk. Returns the reason if that fails: the client must
 * not be told of success then, though the change is kept.
 */
export async function notDurable(store: Store): Promise<string | undefined> {
  try {
    await store.durable();
    return undefined;
  } catch (error) {
    if (error instanceof NotDurableError) return error.message;
    throw error;
  }
}

/**
 * Waits until everything so far is on disk, however long there is no space, for a function in the middle of its work: its
 * change is made and kept, and a refusal would only use up its retries. Ends when the client leaves.
 */
export async function untilDurable(store: Store, gone: AbortSignal): Promise<void> {
  // Each wait ends with the next attempt to commit.
  while (!gone.aborted && (await notDurable(store)) !== undefined);
}
