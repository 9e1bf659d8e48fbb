import type { Finding } from "./checkov.ts";
import { suppressionOf } from "./suppressions.ts";

/** Findings that nobody has given a reason for, and how many have one. */
export interface Judgement {
  open: Finding[];
  suppressed: number;
  /** Lines for people. */
  lines: string[];
}

/** Judges what a scanner has found in a stack. */
export function judge(findings: readonly Finding[], stack: string): Judgement {
  const open: Finding[] = [];
  const byReason = new Map<string, number>();
  for (const finding of findings) {
    const suppression = suppressionOf(finding.rule, finding.resource, stack);
    if (!suppression) open.push(finding);
    else {
      const line = `${finding.rule}: ${suppression.reason}`;
      byReason.set(line, (byReason.get(line) ?? 0) + 1);
    }
  }
  const lines = [...byReason].map(
    ([reason, count]) => `  ${String(count).padStart(3)} × ${reason}`,
  );
  for (const { rule, title, resource } of open) lines.push(`OPEN ${rule} ${resource}: ${title}`);
  return { open, suppressed: findings.length - open.length, lines };
}
