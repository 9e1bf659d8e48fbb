import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Evaluated, Evaluation } from "../evaluation/evaluate.ts";
import type { EvaluationRequest } from "../evaluation/evaluation-request.ts";

const CHILD = fileURLToPath(new URL("./program-evaluator-child.ts", import.meta.url));

/**
 * Evaluates programs one after the other in one process, which loads Pulumi only once. It is for tests that change
 * copies of a program: a folder whose program was evaluated before, or one that comes after a failure, gets a new
 * process, because modules and what Pulumi knows stay as they are in the old one.
 */
export class ProgramEvaluator {
  #child: ChildProcess | undefined;
  #last: Promise<unknown> = Promise.resolve();
  readonly #known = new Set<string>();

  /** @throws Error when the program fails, or declares what the runtime does not support. */
  evaluate(request: EvaluationRequest): Promise<Evaluated> {
    const evaluated = this.#last.then(() => this.#evaluate(request));
    this.#last = evaluated.catch(() => this.#end());
    return evaluated;
  }

  async #evaluate(request: EvaluationRequest): Promise<Evaluated> {
    if (this.#known.has(request.root)) this.#end();
    this.#known.add(request.root);
    const child = this.#running();
    child.ref();
    child.channel?.ref();
    const answered = once(child, "message");
    const ended = once(child, "exit").then(([code]): [Evaluation] => [
      { error: `the program ended with exit code ${code} before it was evaluated` },
    ]);
    child.send(request);
    const [evaluation] = (await Promise.race([answered, ended])) as [Evaluation];
    child.unref();
    child.channel?.unref();
    if (evaluation.error !== undefined) throw new Error(evaluation.error);
    return { ...evaluation, origin: { kept: false }, settled: Promise.resolve() };
  }

  #running(): ChildProcess {
    this.#child ??= fork(CHILD, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    return this.#child;
  }

  /** The process ends by itself when it is let go. */
  #end(): void {
    this.#child?.disconnect();
    this.#child = undefined;
    this.#known.clear();
  }
}
