import type { BarLine } from "local-aws/console";
import type { FoundLine } from "../log-line.ts";

/** The lines of a writer that contain a string, each once. */
export function linesHolding(found: readonly FoundLine[], writer: string, text: string): BarLine[] {
  const lines = new Map<string, BarLine>();
  for (const line of found) {
    if (line.writer !== writer || !line.text.includes(text)) continue;
    lines.set(`${line.at} ${line.text}`, { at: line.at, text: line.text.trimEnd() });
  }
  return [...lines.values()].sort((a, b) => a.at - b.at);
}
