import type { Collection } from "../../store/collection.ts";
import type { Store } from "../../store/store.ts";
import type { Message } from "./message.ts";

/** What holds a message back in its queue; a message that is visible has none of it. */
export interface MessagePlace {
  /** When it becomes visible, in milliseconds since the epoch. */
  visibleAt?: number;
  /** When its receiver received it, in milliseconds since the epoch. */
  heldSince?: number;
  /** Whether this runtime itself holds it, for an event source mapping: that ends with the process. */
  isOurs?: boolean;
}

interface KeptMessage {
  queue: string;
  message: Message;
  place: MessagePlace;
}

/** The messages of every queue, as they are stored. */
export class MessageShelf {
  readonly #messages: Collection<number, KeptMessage>;
  readonly #keys = new WeakMap<Message, number>();

  constructor(store: Store) {
    this.#messages = store.collection("sqs_messages", "number");
    for (const [key, { message }] of this.#messages.entries()) this.#keys.set(message, key);
  }

  /** What an earlier run left of a queue, oldest first. */
  of(queue: string): KeptMessage[] {
    return [...this.#messages.values()].filter((kept) => kept.queue === queue);
  }

  /** Stores a message, or its new position. */
  keep(queue: string, message: Message, place: MessagePlace): void {
    let key = this.#keys.get(message);
    if (key === undefined) {
      key = this.#messages.nextNumber();
      this.#keys.set(message, key);
    }
    this.#messages.put(key, { queue, message, place });
  }

  forget(message: Message): void {
    const key = this.#keys.get(message);
    if (key === undefined) return;
    this.#keys.delete(message);
    this.#messages.delete(key);
  }
}
