import { NotDurableError, type Store } from "../store/store.ts";

/**
 * Waits until all that an answer tells of is on disk. Answers why that cannot be, where it cannot: then the client must
 * not hear of success, though what it asked for is kept.
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
