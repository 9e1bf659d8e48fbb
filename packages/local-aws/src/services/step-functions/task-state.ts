import type { Timer } from "../../kernel/clock.ts";
import { parseJson } from "../../kernel/nesting.ts";
import type { CallManner } from "../../kernel/service.ts";
import type { ContextObject, TaskState } from "./asl-types.ts";
import { limitedJson, readSeconds, reshape } from "./data-flow.ts";
import { errorDetails, inputDetails, outputDetails } from "./history.ts";
import type { Scope } from "./payload-template.ts";
import type { TaskPlace } from "./place.ts";
import { StatesError } from "./states-error.ts";
import { parseTaskResource, type TaskResource } from "./task-resource.ts";
import type { Thread, Visit, Walk } from "./thread.ts";

// What AWS applies where a task sets no TimeoutSeconds.
const DEFAULT_TIMEOUT_SECONDS = 99_999_999;

/** One attempt at a task. */
interface Attempt {
  place: TaskPlace;
  resource: TaskResource;
  payload: unknown;
  context: ContextObject;
  timeout: number | undefined;
  heartbeat: number | undefined;
}

/**
 * Makes one attempt at a Task state's work and returns its result.
 *
 * @param from the attempt that an earlier process was in: it is repeated, with the same payload and token.
 */
export async function runTask(
  walker: Walk,
  state: TaskState,
  scope: Scope,
  thread: Thread,
  visit: Visit,
  from: TaskPlace | undefined,
): Promise<unknown> {
  const { parts } = walker;
  const resource = parseTaskResource(state.Resource);
  const context = scope.context as ContextObject;
  const taskScope = resource.waitsForToken
    ? { ...scope, context: { ...context, Task: { Token: from?.token ?? parts.chance.newId() } } }
    : { ...scope, context };
  const place: TaskPlace = from ?? { scheduled: 0, token: taskScope.context.Task?.Token };
  const attempt: Attempt = {
    place,
    resource,
    payload: from ? parts.history.payloadOf(from.scheduled) : reshape(state.Parameters, taskScope),
    context: taskScope.context,
    timeout: readSeconds(
      state.TimeoutSeconds,
      state.TimeoutSecondsPath,
      "TimeoutSecondsPath",
      scope,
    ),
    heartbeat: readSeconds(
      state.HeartbeatSeconds,
      state.HeartbeatSecondsPath,
      "HeartbeatSecondsPath",
      scope,
    ),
  };
  const label = resource.kind === "function" ? resource.arn : resource.service;
  const { names, common } = eventsOf(resource);
  if (!from) {
    walker.record(thread, `${names}Scheduled`, scheduledDetails(attempt, label, parts.region));
    place.scheduled = thread.previous;
    walker.record(thread, `${names}Started`, common);
  }
  visit.task = place;
  try {
    const result = await settle(walker, attempt, thread, (submitted) => {
      place.submittedAt = parts.clock.now();
      walker.record(thread, "TaskSubmitted", {
        ...common,
        ...outputDetails(limitedJson(submitted, label)),
      });
    });
    const json = limitedJson(result ?? null, label);
    walker.record(thread, `${names}Succeeded`, { ...common, ...outputDetails(json) });
    return parseJson(json);
  } catch (thrown) {
    thread.signal.throwIfAborted();
    const error = asStatesError(thrown);
    const outcome = error.error === "States.Timeout" ? "TimedOut" : "Failed";
    const details = { ...common, ...errorDetails(error.error, error.cause) };
    walker.record(thread, `${names}${outcome}`, details);
    throw error;
  } finally {
    visit.task = undefined;
  }
}

/** Waits for the work, the token, the timeout or the end of the thread, whichever is first. */
async function settle(
  { parts }: Walk,
  { place, resource, payload, context, timeout, heartbeat }: Attempt,
  thread: Thread,
  onSubmitted: (output: unknown) => void,
): Promise<unknown> {
  const { clock, tokens } = parts;
  const deadline = Promise.withResolvers<never>();
  const giveUp = () => deadline.reject(thread.signal.reason);
  const token = context.Task?.Token;
  let over = false;
  let pulse: Timer | undefined;
  let timer: Timer | undefined;
  const beat = () => {
    pulse?.cancel();
    if (heartbeat === undefined) return;
    // AWS reports a missed heartbeat as States.Timeout; Retry and Catch may also call it by this name.
    const missed = new StatesError("States.Timeout", undefined, "States.HeartbeatTimeout");
    pulse = clock.after(heartbeat * 1000, () => deadline.reject(missed));
  };
  const limitTime = (spentMs = 0) => {
    if (over) return;
    const ms = (timeout ?? DEFAULT_TIMEOUT_SECONDS) * 1000 - spentMs;
    timer ??= clock.after(Math.max(0, ms), () =>
      deadline.reject(new StatesError("States.Timeout")),
    );
  };
  const manner: CallManner = {
    signal: thread.signal,
    background: true,
    // A task that waits until this machine can run it loses nothing of its time, as on AWS it would not wait.
    onStarted: () => limitTime(),
  };
  thread.signal.addEventListener("abort", giveUp, { once: true });
  const work = async () => {
    if (token === undefined) return parts.invoke(resource.arn, payload, context, manner);
    const callback = Promise.withResolvers<unknown>();
    tokens.open(token, {
      owner: context.StateMachine.Id,
      succeed: callback.resolve,
      fail: callback.reject,
      beat,
    });
    beat();
    if (place.submittedAt !== undefined) {
      limitTime(clock.now() - place.submittedAt);
      return callback.promise;
    }
    const submitted = parts.invoke(resource.arn, payload, context, manner).then((output) => {
      if (!over) onSubmitted(output ?? null);
      return callback.promise;
    });
    return Promise.race([callback.promise, submitted]);
  };
  try {
    return await Promise.race([work(), deadline.promise]);
  } finally {
    over = true;
    timer?.cancel();
    pulse?.cancel();
    thread.signal.removeEventListener("abort", giveUp);
    if (token !== undefined) tokens.close(token);
  }
}

function eventsOf(resource: TaskResource): { names: string; common?: Record<string, unknown> } {
  if (resource.kind === "function") return { names: "LambdaFunction" };
  const { kind, service, action, waitsForToken } = resource;
  return {
    names: "Task",
    common: {
      resourceType: kind === "aws-sdk" ? `aws-sdk:${service}` : service,
      resource: waitsForToken ? `${action}.waitForTaskToken` : action,
    },
  };
}

function scheduledDetails(
  { resource, payload, timeout, heartbeat }: Attempt,
  label: string,
  region: string,
): Record<string, unknown> {
  const json = limitedJson(payload, label);
  const timeouts = {
    ...(timeout !== undefined && { timeoutInSeconds: timeout }),
    ...(heartbeat !== undefined && { heartbeatInSeconds: heartbeat }),
  };
  return resource.kind === "function"
    ? { resource: resource.arn, ...inputDetails(json), ...timeouts }
    : { ...eventsOf(resource).common, region, parameters: json, ...timeouts };
}

function asStatesError(thrown: unknown): StatesError {
  if (thrown instanceof StatesError) return thrown;
  const cause = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return new StatesError("States.Runtime", cause);
}
