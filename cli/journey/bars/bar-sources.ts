import type { JourneyEvent } from "../journey-event.ts";
import type { FoundLine } from "../log-line.ts";
import type { OrderRecords } from "../timeline.ts";

/** What a journey's bars are made from. */
export interface BarSources {
  records: OrderRecords;
  events: readonly JourneyEvent[];
  /** Every log line that was found, as it was written. */
  found: readonly FoundLine[];
  /** Physical names of functions by their names in the stack output. */
  functionNames: Readonly<Record<string, string>>;
}
