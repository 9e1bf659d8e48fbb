import type { Clock } from "../../kernel/clock.ts";
import {
  type Dimensions,
  type MetricSink,
  NamespaceRecorder,
} from "../../kernel/metrics/namespace-recorder.ts";
import type { InvocationEnd, Lambda } from "./service.ts";

/** The sources of Lambda's metrics. */
export interface LambdaMetricsParts {
  clock: Clock;
  lambda: Lambda;
  metrics: MetricSink;
}

const ACCOUNT: Dimensions = {};
const ASYNC_COUNTS = {
  received: "AsyncEventsReceived",
  dropped: "AsyncEventsDropped",
  undelivered: "DestinationDeliveryFailures",
  "dead-letter-lost": "DeadLetterErrors",
} as const;

/** Emits `AWS/Lambda`: a function's values and the account's; returns a function that stops it. */
export function emitLambdaMetrics(parts: LambdaMetricsParts): () => void {
  const { clock, lambda, metrics } = parts;
  const recorder = new NamespaceRecorder("AWS/Lambda", metrics);
  const known = new Map<string, FunctionSets>();
  const setsOf = (name: string): FunctionSets => {
    let sets = known.get(name);
    if (!sets) {
      sets = functionSets(name);
      known.set(name, sets);
    }
    return sets;
  };
  const stops = [
    lambda.onInvocationEnded((end) =>
      recordInvocation(recorder, setsOf(end.definition.name), end, clock.now()),
    ),
    lambda.onAsyncStep(({ definition, kind, ageMs }) => {
      const { all } = setsOf(definition.name);
      if (kind === "attempted") recorder.record(all, "AsyncEventAge", ageMs, "Milliseconds");
      else recorder.record(all, ASYNC_COUNTS[kind], 1);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

interface FunctionSets {
  account: readonly Dimensions[];
  function: readonly Dimensions[];
  all: readonly Dimensions[];
}

/** A call without a qualifier has the function itself as its resource. */
function functionSets(FunctionName: string): FunctionSets {
  const own: Dimensions[] = [{ FunctionName }, { FunctionName, Resource: FunctionName }];
  return { account: [ACCOUNT], function: own, all: [ACCOUNT, ...own] };
}

function recordInvocation(
  recorder: NamespaceRecorder,
  sets: FunctionSets,
  { durationMs, throttled, error, inUse }: InvocationEnd,
  now: number,
): void {
  // Values count when the function was invoked, not when it ended.
  const at = Math.floor(now - durationMs);
  recorder.record(sets.all, "Throttles", throttled ? 1 : 0, "Count", at);
  if (throttled) return;
  recorder.record(sets.all, "Invocations", 1, "Count", at);
  // Zeros make the average of errors their rate.
  recorder.record(sets.all, "Errors", error ? 1 : 0, "Count", at);
  recorder.record(sets.all, "Duration", durationMs, "Milliseconds", at);
  if (!inUse) return;
  recorder.record(sets.function, "ConcurrentExecutions", inUse.function, "Count", at);
  recorder.record(sets.account, "ConcurrentExecutions", inUse.account, "Count", at);
  recorder.record(sets.account, "UnreservedConcurrentExecutions", inUse.unreserved, "Count", at);
}
