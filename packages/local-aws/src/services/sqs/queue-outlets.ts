import type { Message } from "./message.ts";

/** What callers did with a queue, for metrics; moves by a redrive policy do not count. */
export type QueueStep =
  | { kind: "sent"; bytes: number }
  | { kind: "received"; count: number }
  | { kind: "deleted" };

/** The callbacks from a queue to its registry. */
export interface QueueOutlets {
  /** Receives a message that was received too often; returns false if there is no dead-letter queue. */
  bury: (message: Message) => boolean;
  tell: (step: QueueStep) => void;
}
