import { terminalColumns, wrap, wrapCommand } from "command-text";

const INDENT = "   ";
const SLOW_MS = 2_000;
const TICK_MS = 1_000;

/** Prints a tour step by step; a step with another result than expected fails the tour. */
export class Narrator {
  readonly #began = performance.now();
  #steps = 0;

  /** Opens a chapter; the commands set what those of its steps use. */
  chapter(title: string, ...commands: readonly string[]): void {
    console.log(`\n${title}\n${"─".repeat(title.length)}`);
    for (const command of commands) this.#command(command);
  }

  /** Says something that is no step. */
  say(text: string): void {
    for (const line of text.split("\n")) this.#lines(line, "");
  }

  /**
   * Does one step and prints its result; `tell` throws if it is not what was expected.
   *
   * @param command What does the same, to be pasted.
   */
  async step<Result>(
    title: string,
    act: () => Promise<Result>,
    tell: (result: Result) => string | string[],
    command?: string,
  ): Promise<Result> {
    this.#steps++;
    console.log("");
    this.#lines(`${this.#steps}. ${title}`, "");
    if (command) this.#command(command);
    const began = performance.now();
    const result = await this.#waited(act());
    const ms = Math.round(performance.now() - began);
    for (const line of [tell(result)].flat()) this.#lines(line, INDENT);
    console.log(`${INDENT}(${ms} ms)`);
    return result;
  }

  /** Says that every step succeeded. */
  end(): void {
    const seconds = ((performance.now() - this.#began) / 1000).toFixed(1);
    console.log(`\nAll ${this.#steps} steps succeeded, in ${seconds} s.`);
  }

  #lines(text: string, indent: string): void {
    const [own = ""] = /^ */.exec(text) ?? [];
    const lines = wrap(text.slice(own.length), terminalColumns(), indent + own);
    for (const line of lines) console.log(line);
  }

  #command(command: string): void {
    const lines = wrapCommand(command, terminalColumns() - INDENT.length - 2);
    for (const [index, line] of lines.entries()) {
      console.log(`${INDENT}${index === 0 ? "$" : " "} ${line}`);
    }
  }

  /** Says on a terminal how long one has waited, where it takes long. */
  async #waited<Result>(work: Promise<Result>): Promise<Result> {
    if (!process.stdout.isTTY) return work;
    const began = performance.now();
    const timer = setInterval(() => {
      const ms = performance.now() - began;
      if (ms >= SLOW_MS) process.stdout.write(`\r${INDENT}… ${Math.round(ms / 1000)} s`);
    }, TICK_MS);
    try {
      return await work;
    } finally {
      clearInterval(timer);
      if (performance.now() - began >= SLOW_MS) process.stdout.write("\r\u001b[K");
    }
  }
}

/** Fails the tour with a sentence when the claim does not hold. */
export function expect(claim: boolean, otherwise: string): asserts claim {
  if (!claim) throw new Error(`not as expected: ${otherwise}`);
}
