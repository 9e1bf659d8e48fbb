import type { Fault } from "../../src/console/contract.ts";

/** A fault with how often it came, the last time just now. */
export interface KnownFault extends Fault {
  key: string;
  count: number;
}

const KEPT_MS = 120_000;
const MAX_SHOWN = 6;

/** The faults to show: the newest first, those of one kind as one. */
export function withFaults(
  known: readonly KnownFault[],
  fresh: readonly Fault[],
  now: number,
): KnownFault[] {
  const faults = new Map(
    known.filter(({ time }) => now - time < KEPT_MS).map((fault) => [fault.key, fault]),
  );
  for (const fault of fresh) {
    const key = `${fault.decision} ${fault.from} ${fault.kind} ${fault.to}`;
    const count = (faults.get(key)?.count ?? 0) + 1;
    faults.set(key, { ...fault, key, count });
  }
  return [...faults.values()].sort((a, b) => b.time - a.time).slice(0, MAX_SHOWN);
}

/** A fault in a sentence, with the statement that a denied call lacks beside it. */
export function explain({ decision, detail, kind, from, to }: Fault): {
  sentence: string;
  statement?: string;
} {
  const [, before = "", statement, after = ""] =
    /^(.*?)(\{"Effect":.*?\})(?= to |$)(.*)$/s.exec(detail) ?? [];
  if (statement) return { sentence: `${before}the statement below${after}`.trim(), statement };
  const what = detail || `${kind} ${decision === "denied" ? "was denied" : "failed"}`;
  return { sentence: detail ? what : `${from}: ${what} at ${to}` };
}
