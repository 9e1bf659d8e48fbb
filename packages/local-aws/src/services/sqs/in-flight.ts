import type { Clock, Timer } from "../../kernel/clock.ts";
import type { Message } from "./message.ts";

/** A message that a receiver has, until its visibility timeout ends. */
export interface InFlightMessage {
  readonly message: Message;
  /** When it was received. */
  readonly since: number;
  /** Whether an event source mapping received it, which is part of the runtime. */
  readonly isOurs: boolean;
}

/** The messages of a queue that were received and are not deleted, by their ids. */
export class InFlight {
  readonly #clock: Clock;
  readonly #onTimeout: (message: Message) => void;
  readonly #entries = new Map<string, InFlightMessage & { timer: Timer }>();
  /** Ids of messages that were held for no time at all. */
  readonly #over = new Set<string>();

  /** @param onTimeout called when the visibility timeout of a message has ended; it is no longer in flight then. */
  constructor(clock: Clock, onTimeout: (message: Message) => void) {
    this.#clock = clock;
    this.#onTimeout = onTimeout;
  }

  get size(): number {
    return this.#entries.size;
  }

  messages(): Message[] {
    return [...this.#entries.values()].map(({ message }) => message);
  }

  get(id: string): InFlightMessage | undefined {
    return this.#entries.get(id);
  }

  /** Holds a message for a number of seconds from now, in place of the time that it had. */
  hold(entry: InFlightMessage, seconds: number): void {
    const { id } = entry.message;
    this.#entries.get(id)?.timer.cancel();
    this.#over.delete(id);
    const timer = this.#clock.after(seconds * 1000, () => {
      this.#entries.delete(id);
      this.#onTimeout(entry.message);
    });
    this.#entries.set(id, { ...entry, timer });
    if (seconds <= 0) this.#over.add(id);
  }

  /** Ends what was held for no time at all, without waiting for the event loop to come to its timer. */
  endWhatIsOver(): void {
    for (const id of this.#over) {
      this.#over.delete(id);
      const entry = this.#entries.get(id);
      this.remove(id);
      if (entry) this.#onTimeout(entry.message);
    }
  }

  /** Removes a message, if it is in flight. */
  remove(id: string): void {
    this.#entries.get(id)?.timer.cancel();
    this.#entries.delete(id);
  }

  clear(): void {
    for (const { timer } of this.#entries.values()) timer.cancel();
    this.#entries.clear();
  }
}
