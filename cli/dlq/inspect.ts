import type { SQSClient } from "@aws-sdk/client-sqs";
import type { DeadLetterQueue } from "./dead-letter-queues.ts";
import { type Diagnosis, diagnose } from "./diagnosis.ts";
import { type DeadLetter, holdMessages } from "./held-messages.ts";
import { wayOf } from "./way.ts";

/** A dead letter, why it is there, and what a redrive would do with it. */
export interface Case {
  letter: DeadLetter;
  diagnosis: Diagnosis;
  /** What a redrive does, or why it does nothing. */
  way: string;
}

/** What was found in a queue. The messages are held until they are released. */
export interface Inspection {
  /** Oldest first. */
  cases: Case[];
  /** Whether there are messages beyond those that were read. */
  more: boolean;
}

/** Messages with the same reason and the same way out. */
export interface CaseGroup {
  reason: string;
  way: string;
  count: number;
}

/** Reads up to `max` messages of a queue and holds them for `seconds`. */
export async function inspect(
  sqs: SQSClient,
  queue: DeadLetterQueue,
  limits: { max: number; seconds: number },
): Promise<Inspection> {
  const { letters, more } = await holdMessages(sqs, queue.url, limits);
  const cases = letters
    .sort((a, b) => a.sentAt - b.sentAt)
    .map((letter) => {
      const diagnosis = diagnose(letter, queue);
      return { letter, diagnosis, way: wayOf(diagnosis.origin, queue) };
    });
  return { cases, more };
}

/** Counts cases by reason and way, the most frequent first. */
export function groupCases(cases: readonly Case[]): CaseGroup[] {
  const groups = new Map<string, CaseGroup>();
  for (const { diagnosis, way } of cases) {
    const { reason } = diagnosis;
    const key = JSON.stringify([reason, way]);
    const group = groups.get(key) ?? { reason, way, count: 0 };
    groups.set(key, { ...group, count: group.count + 1 });
  }
  return [...groups.values()].sort((a, b) => b.count - a.count);
}
