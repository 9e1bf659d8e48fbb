import type { Message } from "./message.ts";

/** What callers did with a queue, for metrics; a move by a redrive policy is none of it. */
export type QueueStep =
  | { kind: "sent"; bytes: number }
  | { kind: "received"; count: number }
  | { kind: "deleted" };

/** What a queue hands on to its registry. */
export interface QueueOutlets {
  /** Takes a message that was received too often; false when there is nobody to take it. */
  bury: (message: Message) => boolean;
  tell: (step: QueueStep) => void;
}
