import type { StateMachineDefinition, TaskState } from "local-aws/testing/state-machine";

/** What goes wrong with one invocation of a task. */
export type Fault = StepFault | ParkFault;

/** What goes wrong with one run of a step's function. */
export type StepFault = {
  /** Every attempt of the visit fails so, not only the first. */
  always?: boolean;
} & (
  | {
      kind: "fails";
      error: string;
      /** It dies once it has written so often; 0: before it began; `answer`: all is done, and only the answer is lost. */
      after: number | "answer";
    }
  | {
      kind: "hangs";
      /** It stops before this write, or before it began (0), or before its answer. */
      before: number | "answer";
      /** It goes on after so many more invocations, or once the execution is over. */
      lands: number | "end";
    }
);

/** What goes wrong with a parked refund. */
export interface ParkFault {
  kind: "send fails" | "send is lost" | "sender hangs" | "token fails" | "nobody answers";
  always?: boolean;
}

/** One invocation of a task in a walk. */
export interface Invocation {
  state: string;
  /** Counts the task states entered so far. */
  visit: number;
  /** How often its function wrote. */
  writes: number;
}

/** A fault at the invocation of this number, from 0 on. */
export interface PlannedFault {
  at: number;
  fault: Fault;
}

/**
 * Which faults there are to choose from: with every error that the workflow names, with one error for all of them, or
 * only those that differ most, for walks with more than one.
 */
export type Breadth = "every error" | "every fault" | "typical";

export const PARK = "ParkRefund";
const ANY_ERRORS = ["TransientError", "Lambda.Unknown", "Error"];

/** The faults that an invocation may have. */
export function faultsOf(
  definition: StateMachineDefinition,
  { state, writes }: Invocation,
  breadth: Breadth,
): Fault[] {
  if (state === PARK) return parkFaults(breadth);
  const counts = Array.from({ length: writes + 1 }, (_, count) => count);
  const deaths: StepFault[] = counts.map((after) => fails("TransientError", after));
  if (breadth === "typical") {
    // What stops before its first write has read what is no longer true when it goes on.
    const hangs = hangsOf(writes === 0 ? counts : counts.slice(1), [1, "end"]);
    return [...deaths.slice(1), ...deaths.map(always), ...hangs, ...hangs.map(always)];
  }
  const hangs = hangsOf(counts, [0, 1, 2, "end"]);
  const lost: StepFault = { kind: "hangs", before: "answer", lands: "end" };
  const { retried, fatal } = errorsOf(definition.States[state] as TaskState);
  const errors = breadth === "every error" ? retried : ["TransientError"];
  return [
    ...errors.flatMap((error) => [fails(error, 0), fails(error, "answer")]),
    ...deaths.slice(1, -1),
    ...deaths.map(always),
    ...hangs,
    ...hangs.map(always),
    lost,
    always(lost),
    ...fatal.map((error) => fails(error, 0)),
  ];
}

function hangsOf(counts: number[], landings: (number | "end")[]): StepFault[] {
  return counts.flatMap((before) =>
    landings.map((lands) => ({ kind: "hangs", before, lands }) as const),
  );
}

function parkFaults(breadth: Breadth): ParkFault[] {
  const once: ParkFault[] = [
    { kind: "send fails" },
    { kind: "send is lost" },
    { kind: "sender hangs" },
    { kind: "token fails" },
    { kind: "nobody answers" },
  ];
  const forGood: ParkFault[] = [
    { kind: "send fails", always: true },
    { kind: "send is lost", always: true },
    { kind: "token fails", always: true },
  ];
  return breadth !== "typical"
    ? [...once, ...forGood]
    : [...once.slice(-1), ...forGood.slice(0, 1)];
}

const fails = (error: string, after: number | "answer"): StepFault => ({
  kind: "fails",
  error,
  after,
});

const always = (fault: StepFault): StepFault => ({ ...fault, always: true });

/** Errors that a task is tried again for, and errors that end the visit. */
function errorsOf({ Retry = [] }: TaskState): { retried: string[]; fatal: string[] } {
  const named = (of: typeof Retry) => of.flatMap(({ ErrorEquals }) => ErrorEquals);
  const retried = named(Retry.filter(({ MaxAttempts }) => MaxAttempts !== 0));
  const anyIsRetried = retried.includes("States.ALL");
  const fatal = named(Retry.filter(({ MaxAttempts }) => MaxAttempts === 0));
  return {
    // A timeout is what a function brings about that hangs.
    retried: anyIsRetried ? ANY_ERRORS : retried.filter((name) => name !== "States.Timeout"),
    // That an order is sold is nothing that one can say of any order.
    fatal: anyIsRetried ? fatal.filter((name) => name !== "AlreadyCompleted") : ["Error"],
  };
}
