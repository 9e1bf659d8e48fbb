import { exceptionFor } from "./exceptions.ts";
import type { Finding } from "./finding.ts";

/** Findings without an exception, and how many have one. */
export interface Judgement {
  open: Finding[];
  excepted: number;
  /** Lines to print. */
  lines: string[];
}

/** Judges what a scanner has found in a stack. */
export function judge(findings: readonly Finding[], stack: string): Judgement {
  const open: Finding[] = [];
  const counts = new Map<string, number>();
  for (const finding of findings) {
    const { rule, resource } = finding;
    const exception = exceptionFor(rule, stack, resource);
    if (!exception) open.push(finding);
    else {
      const line = `${rule}: ${exception.why}`;
      counts.set(line, (counts.get(line) ?? 0) + 1);
    }
  }
  const lines = [...counts].map(([line, count]) => `  ${String(count).padStart(3)} × ${line}`);
  for (const { rule, title, resource } of open) lines.push(`OPEN ${rule} ${resource}: ${title}`);
  return { open, excepted: findings.length - open.length, lines };
}
