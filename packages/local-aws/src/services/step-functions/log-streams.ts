import type { Kernel } from "../../kernel/kernel.ts";
import { logStreamName } from "./execution-log.ts";
import type { StateMachine } from "./state-machine.ts";

/** The log stream of each machine, made with its first execution. */
export class LogStreams {
  readonly #kernel: Kernel;
  readonly #names = new Map<string, string>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  of({ arn, name }: StateMachine): string {
    const known = this.#names.get(arn);
    if (known) return known;
    const { clock, newId } = this.#kernel;
    const stream = logStreamName(name, clock.now(), newId().slice(0, 8));
    this.#names.set(arn, stream);
    return stream;
  }
}
