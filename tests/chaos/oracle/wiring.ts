import type { RecordedProgram } from "local-aws/testing/simulation";
import type { Verdict } from "./invariants.ts";

type Inputs = Record<string, unknown>;

/** AWS's advice, and the time that a batch may take with its retries. */
const VISIBILITY_TIMES = 6;
const MIN_RECEIVES = 3;
const FORWARD_TRIES = 3;
/** An Express workflow hands over to a Standard one what takes longer. */
const HAND_OVER_TRIES = 1;
/** What a step may end with that is nobody's fault: its Retry has to name it, or everything. */
const PASSING = [
  "Lambda.ServiceException",
  "Lambda.AWSLambdaException",
  "Lambda.SdkClientException",
  "Lambda.TooManyRequestsException",
  "Lambda.Unknown",
  "Runtime.ExitError",
  "States.Timeout",
  "Sandbox.Timedout",
];

/**
 * B3 and L1 of the program itself: every hop tries again, and leaves what it cannot do in a queue. A search meets some of
 * these in one run of a thousand, e.g. a function that takes as long as it may.
 */
export function judgeWiring({ resources }: RecordedProgram, verdict: Verdict): void {
  const of = (type: RegExp) => resources.filter((one) => type.test(one.type));
  const check = (invariant: string, holds: boolean, what: string) =>
    verdict.check(invariant, holds, {}, what);
  const queues = of(/^aws:sqs\/queue:Queue$/);
  const queueOf = (arn: unknown) => queues.find(({ outputs }) => outputs["arn"] === arn);
  const functions = of(/^aws:lambda\/function:Function$/);
  const functionOf = (given: unknown) =>
    functions.find(({ outputs }) => outputs["arn"] === given || outputs["name"] === given);
  const configured = new Set(
    of(/functionEventInvokeConfig/).flatMap(({ inputs }) =>
      hasTarget(inputs["destinationConfig"]) ? functionOf(inputs["functionName"]) : [],
    ),
  );

  for (const { name, inputs } of of(/eventSourceMapping/)) {
    check(
      "B4",
      list(inputs["functionResponseTypes"]).includes("ReportBatchItemFailures"),
      `${name} blames a whole batch`,
    );
    const arn = String(inputs["eventSourceArn"]);
    if (arn.startsWith("arn:aws:sqs:")) {
      const queue = queueOf(arn)?.inputs ?? {};
      const fn = functionOf(inputs["functionName"]);
      const least = VISIBILITY_TIMES * Number(fn?.inputs["timeout"] ?? 3);
      const visible = Number(queue["visibilityTimeoutSeconds"] ?? 30);
      check(
        "B3",
        visible >= least,
        `what ${name} works on is visible again after ${visible} s; ${least} s are needed`,
      );
      const { deadLetterTargetArn, maxReceiveCount } = parse(queue["redrivePolicy"]);
      const dead = queueOf(deadLetterTargetArn);
      const isDead = dead !== undefined && /dlq/.test(dead.name) && dead.inputs !== queue;
      check("B3", isDead, `the queue of ${name} has no dead-letter queue`);
      const allowed = of(/sqs\/redriveAllowPolicy/).find(
        ({ inputs: one }) => one["queueUrl"] === dead?.outputs["url"],
      );
      const { sourceQueueArns } = parse(allowed?.inputs["redriveAllowPolicy"]);
      check(
        "B3",
        allowed === undefined || list(sourceQueueArns).includes(arn),
        `the dead letters of ${name} may not be sent back to its queue`,
      );
      check(
        "B4",
        Number(maxReceiveCount) >= MIN_RECEIVES,
        `the queue of ${name} gives up after ${maxReceiveCount}`,
      );
    } else {
      check("B3", hasTarget(inputs["destinationConfig"]), `${name} drops what it gives up`);
      const isHalved = inputs["bisectBatchOnFunctionError"] === true;
      check("B4", isHalved, `one record that ${name} cannot read blocks its whole batch`);
      checkStream(check, name, inputs);
    }
  }
  for (const { name, inputs } of of(/pipes\/pipe:Pipe$/)) {
    const source = (inputs["sourceParameters"] as Inputs | undefined)?.[
      "dynamodbStreamParameters"
    ] as Inputs | undefined;
    check(
      "B3",
      Boolean((source?.["deadLetterConfig"] as Inputs | undefined)?.["arn"]),
      `${name} drops what it gives up`,
    );
    checkStream(check, name, source ?? {});
  }
  for (const { name, inputs } of of(/topicSubscription/)) {
    check(
      "N1",
      Boolean(parse(inputs["redrivePolicy"])["deadLetterTargetArn"]),
      `${name} drops what it cannot deliver`,
    );
    if (inputs["protocol"] !== "lambda") continue;
    const fn = functionOf(inputs["endpoint"]);
    const isKept = fn !== undefined && (configured.has(fn) || fn.inputs["deadLetterConfig"]);
    check("N1", Boolean(isKept), `what ${fn?.name} fails at is dropped`);
  }
  for (const { name, inputs } of of(/cloudwatch\/eventTarget/)) {
    check(
      "B3",
      Boolean((inputs["deadLetterConfig"] as Inputs | undefined)?.["arn"]),
      `${name} drops what it cannot deliver`,
    );
  }
  for (const { name, inputs } of queues.filter(({ name }) => /dlq/.test(name))) {
    const kept = Number(inputs["messageRetentionSeconds"] ?? 345_600);
    check("B3", kept >= 1_209_600, `${name} keeps dead letters for ${kept} s only`);
  }
  for (const { name, inputs } of of(/sfn\/stateMachine:StateMachine$/))
    judgeMachine(
      check,
      name,
      inputs["type"] === "EXPRESS" ? HAND_OVER_TRIES : FORWARD_TRIES,
      parse(inputs["definition"]),
    );
}

type Check = (invariant: string, holds: boolean, what: string) => void;

interface Task {
  Type: string;
  Resource?: string;
  TimeoutSeconds?: number;
  Retry?: { ErrorEquals: string[]; MaxAttempts?: number }[];
  Catch?: { ErrorEquals: string[] }[];
}

function judgeMachine(
  check: Check,
  machine: string,
  least: number,
  { States = {} }: { States?: Record<string, Task> },
): void {
  const tasks = Object.entries(States).filter(([, { Type }]) => Type === "Task");
  // What ends an Express run is taken up by the reconciler.
  const isCaught = least > HAND_OVER_TRIES && tasks.some(([, { Catch = [] }]) => Catch.length > 0);
  for (const [name, { Resource = "", Retry = [], Catch = [], TimeoutSeconds }] of tasks) {
    for (const error of PASSING) {
      // Who waits for a person is not helped by asking again.
      if (error === "States.Timeout" && Resource.includes("waitForTaskToken")) continue;
      const rule = Retry.find(
        ({ ErrorEquals }) => ErrorEquals.includes(error) || ErrorEquals.includes("States.ALL"),
      );
      check(
        "T1",
        (rule?.MaxAttempts ?? (rule ? 3 : 0)) >= least,
        `${machine}: ${name} does not try again after ${error}`,
      );
    }
    check("L1", TimeoutSeconds !== undefined, `${machine}: ${name} may wait for ever`);
    if (!isCaught) continue;
    const isEveryError = Catch.some(({ ErrorEquals }) => ErrorEquals.includes("States.ALL"));
    check("L1", isEveryError, `${machine}: what ${name} fails with ends the run`);
  }
}

function checkStream(check: Check, name: string, inputs: Inputs): void {
  check(
    "B1",
    inputs["startingPosition"] === "TRIM_HORIZON",
    `${name} begins at ${inputs["startingPosition"]}`,
  );
  const tries = Number(inputs["maximumRetryAttempts"] ?? Number.POSITIVE_INFINITY);
  check("B3", tries < 0 || tries >= 10, `${name} gives up after ${tries} tries`);
  const age = Number(inputs["maximumRecordAgeInSeconds"] ?? -1);
  check("B3", age < 0 || age >= 3_600, `${name} gives up after ${age} s`);
}

function hasTarget(config: unknown): boolean {
  const { onFailure } = (config ?? {}) as { onFailure?: Inputs };
  return Boolean(onFailure?.["destinationArn"] ?? onFailure?.["destination"]);
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function parse(text: unknown): Record<string, never> {
  try {
    return JSON.parse(String(text ?? "{}"));
  } catch {
    return {};
  }
}
