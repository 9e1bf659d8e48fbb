import type { Clock, Timer } from "../../kernel/clock.ts";
import type { Message } from "./message.ts";

/** A message as a receiver gets it. */
export interface Received {
  message: Message;
  receiptHandle: string;
}

/** The settings of a receive. */
export interface ReceiveRequest {
  maxMessages: number;
  visibilitySeconds: number;
  /** Whether an event source mapping receives, which is part of the runtime. */
  isOurs: boolean;
}

interface LongPoll {
  request: ReceiveRequest;
  timer: Timer;
  resolve: (received: Received[]) => void;
}

/** Receives that wait for a message, in the order of their calls. */
export class LongPolls {
  readonly #clock: Clock;
  readonly #waiting: LongPoll[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Waits for messages; resolves with none after `waitSeconds`. */
  wait(request: ReceiveRequest, waitSeconds: number): Promise<Received[]> {
    return new Promise((resolve) => {
      const timer = this.#clock.after(waitSeconds * 1000, () => {
        this.#waiting.splice(this.#waiting.indexOf(poll), 1);
        resolve([]);
      });
      const poll = { request, timer, resolve };
      this.#waiting.push(poll);
    });
  }

  /** Serves those that wait, as long as `take` has messages for the next of them. */
  serve(take: (request: ReceiveRequest) => Received[]): void {
    for (let [poll] = this.#waiting; poll; [poll] = this.#waiting) {
      const received = take(poll.request);
      if (received.length === 0) return;
      this.#waiting.shift();
      poll.timer.cancel();
      poll.resolve(received);
    }
  }

  /** Ends all waiting, without messages. */
  stop(): void {
    for (const { timer, resolve } of this.#waiting.splice(0)) {
      timer.cancel();
      resolve([]);
    }
  }
}
