/** What a scanner does not like. */
export interface Finding {
  /** Id of the rule. */
  rule: string;
  title: string;
  /** The resource, and the scanner's details. */
  resource: string;
}

/** What one scanner found. */
export interface Report {
  scanner: string;
  findings: Finding[];
  /** What it checked, in its wording. */
  checked: string;
}
