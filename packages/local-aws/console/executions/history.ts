import { timeOf } from "../parts/format.ts";

/** An event of an execution's history, as Step Functions has it. */
export interface HistoryEvent {
  id: number;
  type: string;
  timestamp: unknown;
  [details: string]: unknown;
}

/** What a state did in an execution; one that ran twice is there twice. */
export interface Step {
  key: string;
  state: string;
  from: number;
  to?: number;
  tone: "good" | "bad" | "pending" | "refused";
  attempts: number;
  input?: string;
  output?: string;
  error?: string;
}

interface Details {
  name?: string;
  input?: string;
  output?: string;
  error?: string;
  cause?: string;
}

/** The states that an execution went through, in order. */
export function stepsOf(events: readonly HistoryEvent[]): Step[] {
  const steps: Step[] = [];
  let open: Step | undefined;
  for (const event of events) {
    const { type } = event;
    const details = detailsOf(event);
    if (type.endsWith("StateEntered")) {
      // A state that was left through a catch has no exit of its own.
      if (open?.to === undefined && open) close(open, timeOf(event.timestamp), "bad");
      open = {
        key: String(event.id),
        state: String(details.name),
        from: timeOf(event.timestamp),
        tone: "pending",
        attempts: 0,
        ...(details.input !== undefined && { input: details.input }),
      };
      steps.push(open);
    } else if (!open) continue;
    else if (/Scheduled$/.test(type)) open.attempts += 1;
    else if (
      /^(Task|LambdaFunction|Activity)(Failed|TimedOut|StartFailed|SubmitFailed)$/.test(type)
    ) {
      open.error = [details.error, causeText(details.cause)].filter(Boolean).join(": ");
    } else if (type.endsWith("StateExited")) {
      if (details.output !== undefined) open.output = details.output;
      close(open, timeOf(event.timestamp), "good");
    } else if (/^Execution(Failed|TimedOut|Aborted)$/.test(type)) {
      open.error ||= [details.error, causeText(details.cause)].filter(Boolean).join(": ");
      close(open, timeOf(event.timestamp), "bad");
    }
  }
  return steps;
}

function close(step: Step, at: number, tone: Step["tone"]): void {
  if (step.to !== undefined) return;
  step.to = at;
  step.tone = tone;
}

/** The one member of an event that holds its details, e.g. `taskFailedEventDetails`. */
function detailsOf(event: HistoryEvent): Details {
  const name = Object.keys(event).find((key) => key.endsWith("EventDetails"));
  return name ? (event[name] as Details) : {};
}

function causeText(cause: string | undefined): string {
  if (!cause) return "";
  try {
    const { errorMessage } = JSON.parse(cause) as { errorMessage?: string };
    return errorMessage ?? cause;
  } catch {
    return cause;
  }
}

/** How each state went, the last time that it ran. */
export function tonesOf(steps: readonly Step[]): Map<string, string> {
  return new Map(steps.map(({ state, tone }) => [state, tone]));
}
