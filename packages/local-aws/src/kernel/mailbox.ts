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
const MOST_LETTERS = 10_000;

/** Where e-mail and SMS end on this machine. */
export class Mailbox {
  readonly letters: Letter[] = [];

  deliver(letter: Letter): void {
    this.letters.push(letter);
    if (this.letters.length > MOST_LETTERS) this.letters.shift();
  }
}

// How a function says in its log that it would have written to somebody.
const SIMULATED = '"letter_simulated"';

/** The letter that a function's log line stands for: none goes out, so the line is all there is of it. */
export function simulatedLetter(message: string, timestamp: number): Letter | undefined {
  if (!message.includes(SIMULATED)) return undefined;
  try {
    const { event, channel, to, subject, body } = JSON.parse(message).message;
    if (event !== "letter_simulated" || (channel !== "email" && channel !== "sms"))
      return undefined;
    const time = new Date(timestamp).toISOString();
    return {
      kind: channel,
      to: String(to),
      subject: String(subject),
      body: String(body),
      topic: "",
      time,
    };
  } catch {
    return undefined;
  }
}
