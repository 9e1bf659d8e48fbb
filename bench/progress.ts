const WIDTH = 30;

/** How far the rounds are: a bar on a terminal, a line for each round that is over elsewhere. */
export class Progress {
  readonly #out = process.stderr;

  /** Shows how much of a round is done. */
  show(what: string, done: number, all: number): void {
    if (!this.#out.isTTY) return;
    const filled = Math.round((done / all) * WIDTH);
    const bar = "#".repeat(filled).padEnd(WIDTH, ".");
    this.#out.write(`\r\u001b[K${what.padEnd(28)} [${bar}] ${done}/${all}`);
  }

  /** Puts a line where the bar was. */
  line(text: string): void {
    if (this.#out.isTTY) this.#out.write("\r\u001b[K");
    this.#out.write(`${text}\n`);
  }
}
