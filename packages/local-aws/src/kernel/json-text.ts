/** An operation's answer that is JSON already, for a caller who only writes it down. */
export class JsonText {
  readonly text: string;
  /** The members of the answer that are small; what is in `text` only is not among them. */
  readonly summary: Readonly<Record<string, unknown>>;

  constructor(text: string, summary: Readonly<Record<string, unknown>>) {
    this.text = text;
    this.summary = summary;
  }
}
