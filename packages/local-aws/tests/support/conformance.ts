import * as assert from "uvu/assert";
import type { VirtualClock } from "../../src/kernel/clock.ts";
import type { Kernel } from "../../src/kernel/kernel.ts";
import { ServiceError } from "../../src/kernel/service-error.ts";

/** Earlier answers of a row, by the names that its steps gave them. */
export type Kept = Record<string, Record<string, unknown>>;

/** One call of an operation, and what AWS answers. */
export interface Step {
  operation: string;
  /** Another service than the row's. */
  service?: string;
  input?: object | ((kept: Kept) => object);
  /** Seconds that pass before the call. */
  after?: number;
  /** Keeps the answer for later steps. */
  keep?: string;
  /** The whole answer; {@link ANYTHING} stands for any value that is there. */
  answers?: unknown;
  /** These members of the answer, and no word of others. */
  shows?: Record<string, unknown>;
  /** The error: its code and sentence. */
  fails?: string;
}

/** What a service does, in our own words: calls one after the other, and right answers. */
export interface Row {
  what: string;
  /** Where it is documented or was recorded on AWS. */
  source: string;
  steps: readonly Step[];
}

/** A value of an answer that only has to be there. */
export const ANYTHING = "(anything)";

/** The public suite whose answers were recorded on AWS, and one of its tests. */
export const recorded = (test: string) => `localstack/localstack, ${test}`;

/** Runs the steps of a row against a service. */
export async function checkRow(
  { steps }: Row,
  service: string,
  { kernel, clock }: { kernel: Kernel; clock: VirtualClock },
): Promise<void> {
  const kept: Kept = {};
  for (const step of steps) {
    if (step.after) await clock.advance(step.after * 1000);
    const input = typeof step.input === "function" ? step.input(kept) : (step.input ?? {});
    const name = step.service ?? service;
    const answer = await outcome(kernel, name, step.operation, input);
    if (step.fails !== undefined) {
      assert.equal(answer, step.fails, step.operation);
      continue;
    }
    if (typeof answer === "string") assert.unreachable(`${step.operation} fails: ${answer}`);
    if (step.keep) kept[step.keep] = answer as Record<string, unknown>;
    if ("answers" in step) assert.equal(like(answer, step.answers), step.answers, step.operation);
    if (step.shows) {
      const shown = Object.fromEntries(
        Object.keys(step.shows).map((key) => [key, (answer as Kept)[key]]),
      );
      assert.equal(like(shown, step.shows), step.shows, step.operation);
    }
  }
}

async function outcome(
  kernel: Kernel,
  service: string,
  operation: string,
  input: object,
): Promise<unknown> {
  try {
    return (
      (await kernel.dispatcher.call(service, operation, input, { kind: "administrator" })) ?? {}
    );
  } catch (error) {
    if (error instanceof ServiceError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

/** A copy with {@link ANYTHING} wherever the wanted value says so. */
function like(value: unknown, wanted: unknown): unknown {
  if (wanted === ANYTHING) return value === undefined ? undefined : ANYTHING;
  if (Array.isArray(value) && Array.isArray(wanted)) {
    return value.map((item, index) => like(item, wanted[index]));
  }
  if (!isObject(value) || !isObject(wanted)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => [name, like(member, wanted[name])]),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
