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
