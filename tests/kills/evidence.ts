import type { Letter } from "local-aws";
import { announcementIn, type LeftBehind } from "./left-behind.ts";

/** What is known of a stack beyond its last folder, which forgets old letters and Express executions that are over. */
export class KillEvidence {
  readonly #letters = new Map<number, Letter>();
  #lastLetter = 0;
  /** How often an announcement was found published and not marked. */
  readonly #unmarked = new Map<string, number>();
  /** Express executions that were started. */
  readonly express = new Set<string>();

  /** Adds what a kill has left. */
  note({ letters, unmarked, express }: LeftBehind): void {
    this.addLetters(letters);
    for (const one of unmarked) this.#unmarked.set(one, (this.#unmarked.get(one) ?? 0) + 1);
    for (const arn of express) this.express.add(arn);
  }

  /**
   * Adds letters by their numbers, which have no gap.
   *
   * @throws Error where the mailbox, which keeps the newest, has dropped some that were never added.
   */
  addLetters(letters: Iterable<[number, Letter]>): void {
    for (const [number, letter] of letters) {
      const last = this.#letters.size === 0 ? number - 1 : this.#lastLetter;
      if (number > last + 1) {
        throw new Error(`${number - last - 1} letters were dropped before they were read`);
      }
      this.#letters.set(number, letter);
      this.#lastLetter = Math.max(last, number);
    }
  }

  /**
   * All letters, without the announcements that were bound to be told again: once for each kill that came between their
   * publishing and its mark. Any other that is told twice stays.
   */
  letters(): { letters: Letter[]; repeats: number } {
    const allowed = new Map(this.#unmarked);
    const told = new Set<string>();
    let repeats = 0;
    const letters = [...this.#letters]
      .sort(([a], [b]) => a - b)
      .map(([, letter]) => letter)
      .filter((letter) => {
        const announcement = announcementIn(letter);
        if (announcement === undefined) return true;
        const left = allowed.get(announcement) ?? 0;
        if (!told.has(announcement) || left === 0) {
          told.add(announcement);
          return true;
        }
        allowed.set(announcement, left - 1);
        repeats++;
        return false;
      });
    return { letters, repeats };
  }
}
