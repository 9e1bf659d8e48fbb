/** A message to a person that would have gone out. */
export interface Letter {
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

  deliver(letter: Letter): void {
    this.letters.push(letter);
    if (this.letters.length > MAX_LETTERS) this.letters.shift();
  }
}
