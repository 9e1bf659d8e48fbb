/** What became of one dead letter. */
export interface Outcome {
  /** `continued`: its workflow had continued without it; `left`: it stays, as it cannot be redriven. */
  status: "redriven" | "continued" | "left" | "failed";
  /** Why it was left or failed. */
  note?: string;
}

/** The outcome of a redrive. */
export const REDRIVEN: Outcome = { status: "redriven" };

/** A message that stays where it is, because it cannot be redriven. */
export function left(note: string): Outcome {
  return { status: "left", note };
}

/** A message that stays where it is, because sending it failed. */
export function failed(note: string): Outcome {
  return { status: "failed", note };
}
