/** Prints a tour step by step; a step with another result than expected fails the tour. */
export class Narrator {
  readonly #began = performance.now();
  #steps = 0;

  /** Opens a chapter. */
  chapter(title: string): void {
    console.log(`\n${title}\n${"─".repeat(title.length)}`);
  }

  /** Says something that is no step. */
  say(text: string): void {
    console.log(text);
  }

  /** Does one step and prints its result; `tell` throws if it is not what was expected. */
  async step<Result>(
    title: string,
    act: () => Promise<Result>,
    tell: (result: Result) => string | string[],
  ): Promise<Result> {
    this.#steps++;
    console.log(`\n${this.#steps}. ${title}`);
    const began = performance.now();
    const result = await act();
    const ms = Math.round(performance.now() - began);
    for (const line of [tell(result)].flat()) console.log(`   ${line}`);
    console.log(`   (${ms} ms)`);
    return result;
  }

  /** Says that every step succeeded. */
  end(): void {
    const seconds = ((performance.now() - this.#began) / 1000).toFixed(1);
    console.log(`\nAll ${this.#steps} steps succeeded, in ${seconds} s.`);
  }
}

/** Fails the tour with a sentence when the claim does not hold. */
export function expect(claim: boolean, otherwise: string): asserts claim {
  if (!claim) throw new Error(`not as expected: ${otherwise}`);
}
