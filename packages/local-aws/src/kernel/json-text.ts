/** An operation's output that is JSON already, for a caller that only writes it to the response. */
export class JsonText {
  readonly text: string;
  /** The small members of the output; those that are only in `text` are missing. */
  readonly summary: Readonly<Record<string, unknown>>;

  constructor(text: string, summary: Readonly<Record<string, unknown>>) {
    this.text = text;
    this.summary = summary;
  }
}
