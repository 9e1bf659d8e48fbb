/** A message to a person that would have gone out. */
export interface Letter {
  /** The sender's idempotency key, where it has one: a second letter with the same key is dropped. */
  id?: string;
  kind: "email" | "sms";
  /** E-mail address or phone number. */
  to: string;
  subject: string;
  body: string;
  /** ARN of the topic that it comes from; empty where a function wrote it itself. */
  topic: string;
  /** ISO 8601. */
  time: string;
}

// Enough for a day of trying things out; the oldest go first.
const MAX_LETTERS = 10_000;

/** Where e-mail and SMS end on this machine. */
export class Mailbox {
  readonly letters: Letter[] = [];

  /** Keeps a letter, unless one with its id is here: mail and SMS providers drop such duplicates. */
  deliver(letter: Letter): void {
    const { id } = letter;
    if (id !== undefined && this.letters.some((other) => other.id === id)) return;
    this.letters.push(letter);
    if (this.letters.length > MAX_LETTERS) this.letters.shift();
  }
}
