import type { HistoryEvent } from "@aws-sdk/client-sfn";
import type { Bar } from "local-aws/console";
import { parsed } from "../../dlq/find-text.ts";
import type { Run } from "../read-runs.ts";
import { errorText } from "../run-events.ts";
import type { BarSources } from "./bar-sources.ts";
import { linesHolding } from "./log-lines.ts";

/** A state that is being worked on. */
interface Entered {
  name: string;
  at: number;
  input: string | undefined;
  attempts: number;
}

/** An attempt that is in progress. */
interface Under {
  scheduledAt: number;
  startedAt?: number;
  functionName?: string;
  payload?: string;
}

/** Runs of the workflow, and each attempt of each of their steps: a retry is a bar of its own. */
export function attemptBars(sources: BarSources): Bar[] {
  const { runs } = sources.records;
  return runs.flatMap((run, index) => [
    runBar(run, index + 1),
    ...stepsOf(run, index + 1, sources),
  ]);
}

function runBar({ name, history }: Run, number: number): Bar {
  const [first] = history;
  const last = history.at(-1);
  const end = last?.type?.startsWith("Execution") && history.length > 1 ? last : undefined;
  const failed = end !== undefined && end.type !== "ExecutionSucceeded";
  const from = timeOf(first);
  return {
    key: `run:${number}`,
    where: "orderWorkflow",
    label: number === 1 ? "workflow" : `workflow, run ${number}`,
    waitingFrom: from,
    from,
    ...(end && { to: timeOf(end) }),
    tone: failed ? "bad" : end ? "good" : "pending",
    what: end ? `${name} ended: ${end.type?.replace("Execution", "")}` : `${name} is running`,
    minor: false,
    depth: 0,
    ...given("input", first?.executionStartedEventDetails?.input),
    ...given("output", end?.executionSucceededEventDetails?.output),
    lines: [],
  };
}

function stepsOf({ history }: Run, number: number, sources: BarSources): Bar[] {
  const bars: Bar[] = [];
  let state: Entered | undefined;
  let under: Under | undefined;
  let since = 0;
  const close = (event: HistoryEvent | undefined, tone: Bar["tone"], more: Partial<Bar> = {}) => {
    if (!state || !under) return;
    state.attempts += 1;
    const { startedAt, scheduledAt, functionName, payload } = under;
    const from = startedAt ?? scheduledAt;
    const to = event && timeOf(event);
    bars.push({
      key: `run:${number}:${state.name}:${bars.length}`,
      where: "orderWorkflow",
      label: state.attempts > 1 ? `${state.name}, attempt ${state.attempts}` : state.name,
      waitingFrom: Math.min(since, from),
      from,
      ...(to !== undefined && { to }),
      tone,
      what: state.attempts > 1 ? `attempt ${state.attempts} of ${state.name}` : state.name,
      minor: false,
      depth: 1,
      state: state.name,
      ...given("input", payload ?? state.input),
      ...given("functionName", functionName),
      lines: linesWithin(sources, functionName, from, to),
      ...more,
    });
    since = to ?? since;
    under = undefined;
  };
  for (const event of history) {
    const { type = "" } = event;
    const entered = event.stateEnteredEventDetails;
    if (entered) {
      since = timeOf(event);
      state = { name: String(entered.name), at: since, input: entered.input, attempts: 0 };
      if (type !== "TaskStateEntered") bars.push(passing(state, number, bars.length));
    } else if (type === "TaskScheduled") {
      const told = parsed(event.taskScheduledEventDetails?.parameters ?? "{}") as {
        FunctionName?: string;
        Payload?: unknown;
      };
      const functionName = told.FunctionName?.replace(/^.*:function:/, "").replace(/:.*$/, "");
      const payload = told.Payload === undefined ? undefined : JSON.stringify(told.Payload);
      under = {
        scheduledAt: timeOf(event),
        ...given("functionName", functionName),
        ...given("payload", payload),
      };
    } else if (type === "TaskStarted" && under) under.startedAt = timeOf(event);
    else if (type === "TaskSucceeded") {
      const { output } = event.taskSucceededEventDetails ?? {};
      const refusal = refusalIn(output);
      close(event, refusal ? "refused" : "good", {
        ...given("output", output),
        ...(refusal && { what: `${state?.name} refuses: ${refusal}` }),
      });
    } else {
      const details = event.taskFailedEventDetails ?? event.taskTimedOutEventDetails;
      if (details) close(event, "bad", { error: errorText(details) });
    }
  }
  // What has no end yet is running, such as a refund that waits for an operator.
  close(undefined, "pending");
  return bars;
}

/** A state that only passes on, such as a choice. */
function passing({ name, at, input }: Entered, number: number, index: number): Bar {
  return {
    key: `run:${number}:${name}:${index}`,
    where: "orderWorkflow",
    label: name,
    waitingFrom: at,
    from: at,
    to: at,
    tone: "notice",
    what: `passed ${name}`,
    minor: true,
    depth: 1,
    state: name,
    ...given("input", input),
    lines: [],
  };
}

function linesWithin(
  { records, found, functionNames }: BarSources,
  functionName: string | undefined,
  from: number,
  to: number | undefined,
): Bar["lines"] {
  const [writer] = Object.entries(functionNames).find(([, name]) => name === functionName) ?? [];
  if (!writer) return [];
  const own = records.lines.handler.filter(
    (line) => line.writer === writer && line.at >= from && (to === undefined || line.at <= to),
  );
  const ids = new Set(own.map(({ invocation }) => invocation));
  return [...ids].flatMap((id) => linesHolding(found, writer, id));
}

function refusalIn(output: string | undefined): string | undefined {
  const value = parsed(output ?? "null") as { Payload?: { refusal?: unknown } } | null;
  const refusal = value?.Payload?.refusal;
  return typeof refusal === "string" && refusal !== "none" ? refusal : undefined;
}

function given<Name extends string>(
  name: Name,
  value: string | undefined,
): { [Key in Name]?: string } {
  return (value === undefined ? {} : { [name]: value }) as { [Key in Name]?: string };
}

function timeOf(event: HistoryEvent | undefined): number {
  return event?.timestamp?.getTime() ?? 0;
}
