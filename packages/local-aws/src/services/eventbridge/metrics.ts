import {
  type Dimensions,
  type MetricSink,
  NamespaceRecorder,
} from "../../kernel/metrics/namespace-recorder.ts";
import type { EventStep } from "./event-step.ts";
import { DEFAULT_BUS } from "./names.ts";
import type { Rule } from "./rule.ts";
import type { EventBridge } from "./service.ts";

const ACCOUNT: readonly Dimensions[] = [{}];

/** Emits `AWS/Events` of calls, rules and deliveries; returns a function that stops it. */
export function emitEventsMetrics(events: EventBridge, metrics: MetricSink): () => void {
  const recorder = new NamespaceRecorder("AWS/Events", metrics);
  return events.onStep((step) => record(recorder, step));
}

function record(recorder: NamespaceRecorder, step: EventStep): void {
  if (step.kind === "put") recordPut(recorder, step);
  else if (step.kind === "triggered") recordTriggered(recorder, step);
  else recordDelivery(recorder, step);
}

function recordPut(recorder: NamespaceRecorder, step: EventStep & { kind: "put" }): void {
  // A call whose entries were all refused still succeeded.
  recorder.record(ACCOUNT, "PutEventsApproximateCallCount", 1);
  recorder.record(ACCOUNT, "PutEventsApproximateSuccessCount", 1);
  recorder.record(ACCOUNT, "PutEventsEntriesCount", step.entries);
  recorder.record(ACCOUNT, "PutEventsFailedEntriesCount", step.failed);
}

function recordTriggered(
  recorder: NamespaceRecorder,
  { rules, by }: EventStep & { kind: "triggered" },
): void {
  const sets = rules.map(ruleDimensions);
  recorder.record(ACCOUNT, "TriggeredRules", rules.length);
  recorder.record(sets, "TriggeredRules", 1);
  if (by === "pattern") recorder.record([...ACCOUNT, ...sets], "MatchedEvents", 1);
}

function ruleDimensions({ name, busName }: Rule): Dimensions {
  if (busName === DEFAULT_BUS) return { RuleName: name };
  return { EventBusName: busName, RuleName: name };
}

function recordDelivery(
  recorder: NamespaceRecorder,
  step: Exclude<EventStep, { kind: "put" | "triggered" }>,
): void {
  const ofRule = [ruleDimensions(step.rule)];
  const all = [...ACCOUNT, ...ofRule];
  if (step.kind === "starting") {
    recorder.record(ACCOUNT, "InvocationsCreated", 1);
    recorder.record(all, "IngestionToInvocationStartLatency", step.ageMs, "Milliseconds");
  } else if (step.kind === "attempted") {
    recordAttempt(recorder, all, step);
  } else if (step.kind === "failed") {
    recorder.record(all, "Invocations", 1);
    recorder.record(ofRule, "FailedInvocations", 1);
  } else if (step.kind === "dead-lettered") {
    recorder.record(ofRule, "InvocationsSentToDlq", 1);
  } else {
    recorder.record(ofRule, "InvocationsFailedToBeSentToDlq", 1);
  }
}

function recordAttempt(
  recorder: NamespaceRecorder,
  all: readonly Dimensions[],
  { retries, succeeded, ageMs }: EventStep & { kind: "attempted" },
): void {
  recorder.record(all, "InvocationAttempts", 1);
  if (retries > 0) recorder.record(all, "RetryInvocationAttempts", 1);
  else recorder.record(all, "IngestionToInvocationCompleteLatency", ageMs, "Milliseconds");
  if (!succeeded) return;
  recorder.record(all, "SuccessfulInvocationAttempts", 1);
  recorder.record(all, "Invocations", 1);
  recorder.record(all, "IngestionToInvocationSuccessLatency", ageMs, "Milliseconds");
}
