/** What a scanner does not like. */
export interface Finding {
  /** Id of the rule. */
  rule: string;
  title: string;
  /** The resource, and what the scanner says beside it. */
  resource: string;
}

/** What one scanner found. */
export interface Report {
  scanner: string;
  findings: Finding[];
  /** What it checked, in its own words. */
  checked: string;
}
