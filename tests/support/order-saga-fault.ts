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
export const HAND_OVER = "HandOver";

/**
 * Errors that a step is tried again for: its own, and those that Step Functions reports of a function that could not be
 * run to its end. A crash is `Runtime.ExitError`, a lack of memory `Runtime.OutOfMemory` or `Lambda.Unknown`, a function
 * timeout `Sandbox.Timedout` or `Lambda.Unknown`; the others are Lambda's service exceptions.
 */
const PASSING_ERRORS = [
  "TransientError",
  "Error",
  "Runtime.ExitError",
  "Runtime.OutOfMemory",
  "Runtime.ImportModuleError",
  "Sandbox.Timedout",
  "Lambda.Unknown",
  "Lambda.ServiceException",
  "Lambda.AWSLambdaException",
  "Lambda.SdkClientException",
  "Lambda.ClientExecutionTimeoutException",
  "Lambda.TooManyRequestsException",
  "Lambda.ResourceNotReadyException",
];

/** Errors that are true of an order, and not planted in any: that it is sold, and that the run is none of an order. */
const OF_AN_ORDER = ["AlreadyCompleted", "ValidationError", "OrderNotFound"];

/** Whether a fault may end a good sale: it never passes, or it says that the order cannot go on. Any other may not. */
export function mayEndSale({ always, ...fault }: Fault): boolean {
  return always === true || (fault.kind === "fails" && !PASSING_ERRORS.includes(fault.error));
}

/** The faults that an invocation may have. */
export function faultsOf(
  definition: StateMachineDefinition,
  { state, writes }: Invocation,
  breadth: Breadth,
): Fault[] {
  if (state === PARK) return parkFaults(breadth);
  if (state === HAND_OVER) return handOverFaults();
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

/** One that always fails leaves the order to the reconciler. */
function handOverFaults(): ParkFault[] {
  const kinds = ["send fails", "send is lost", "sender hangs"] as const;
  return kinds.flatMap((kind) => [{ kind }, { kind, always: true }]);
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
  if (!retried.includes("States.ALL")) throw new Error("a step does not retry every error");
  const fatal = named(Retry.filter(({ MaxAttempts }) => MaxAttempts === 0));
  return {
    // A timeout of the task itself is what a function brings about that hangs.
    retried: PASSING_ERRORS,
    fatal: fatal.filter((name) => !OF_AN_ORDER.includes(name)),
  };
}
