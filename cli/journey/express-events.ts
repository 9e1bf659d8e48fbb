import type { JourneyEvent } from "./journey-event.ts";
import type { WorkflowLine } from "./log-line.ts";
import { ENDS, errorText } from "./run-events.ts";

const FAILED_ATTEMPTS = ["TaskFailed", "TaskTimedOut", "TaskStartFailed", "TaskSubmitFailed"];

/** What an order's Express executions have logged: each attempt of a step that failed, and ends that are no success. */
export function expressEvents(lines: readonly WorkflowLine[], orderId: string): JourneyEvent[] {
  const own = lines.filter(
    ({ execution }) => execution.includes(":express:") && nameOf(execution).includes(orderId),
  );
  return own.flatMap(
    ({ type, execution, at, writer: where, error, cause }, index): JourneyEvent[] => {
      const base = { key: `express:${index}`, after: [], at, where };
      const why = errorText({ error, cause });
      if (FAILED_ATTEMPTS.includes(type)) {
        return [{ ...base, kind: "retry", what: `an attempt failed: ${why}` }];
      }
      const end = ENDS[type];
      if (!end) return [];
      return [{ ...base, kind: "run-ended", what: `${nameOf(execution)} ${end}: ${why}` }];
    },
  );
}

/** Whether an event, by its key, is one of those: no other record tells of it. */
export function isExpressEvent(key: string): boolean {
  return key.startsWith("express:");
}

/** arn:aws:states:region:account:express:machine:name:id */
function nameOf(execution: string): string {
  return execution.split(":")[7] ?? execution;
}
