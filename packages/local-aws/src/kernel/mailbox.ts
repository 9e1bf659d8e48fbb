import type { Collection } from "../store/collection.ts";
import { Store } from "../store/store.ts";
import type { Letter } from "./letter.ts";

// Enough for days of trying things out; the oldest go first.
const MAX_LETTERS = 10_000;

/** Where e-mail and SMS end on this machine. */
export class Mailbox {
  readonly letters: Letter[];
  readonly #kept: Collection<number, Letter>;
  readonly #ids: Set<string>;

  constructor(store = new Store()) {
    this.#kept = store.collection("mailbox", "number");
    this.letters = [...this.#kept.values()];
    this.#ids = new Set(this.letters.flatMap(({ id }) => id ?? []));
  }

  /** Keeps a letter, unless one with its id is here: mail and SMS providers drop such duplicates. */
  deliver(letter: Letter): void {
    const { id } = letter;
    if (id !== undefined && this.#ids.has(id)) return;
    if (id !== undefined) this.#ids.add(id);
    this.letters.push(letter);
    this.#kept.put(this.#kept.nextNumber(), letter);
    if (this.letters.length > MAX_LETTERS) this.#dropOldest();
  }

  #dropOldest(): void {
    const oldest = this.letters.shift();
    if (oldest?.id !== undefined) this.#ids.delete(oldest.id);
    const [key] = this.#kept.entries().next().value ?? [];
    if (key !== undefined) this.#kept.delete(key);
  }
}
