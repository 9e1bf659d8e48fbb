import type { Clock, Timer } from "../../kernel/clock.ts";
import { ServiceError } from "../../kernel/service-error.ts";
import type { Message } from "./message.ts";
import type { QueueOutlets } from "./queue-outlets.ts";
import type { QueueSettings } from "./queue-settings.ts";
import { invalidParameter } from "./sqs-error.ts";

/** A message that a receiver holds for a while. */
interface Lease {
  message: Message;
  timer: Timer;
}

interface Waiter {
  most: number;
  visibilitySeconds: number;
  timer: Timer;
  resolve: (received: Received[]) => void;
}

/** A message as a receiver gets it. */
export interface Received {
  message: Message;
  receiptHandle: string;
}

/** How many messages are where, and how many passed through since the start. */
export interface QueueCounts {
  visible: number;
  notVisible: number;
  delayed: number;
  /** Age of the oldest message that is not deleted, in seconds. */
  oldestAgeSeconds: number;
  sent: number;
  received: number;
  deleted: number;
}

// SQS holds at most this many messages of a standard queue in flight.
const MAX_IN_FLIGHT = 120_000;

/** One standard queue: what is ready, what is held, and who waits. It knows nothing of protocols. */
export class Queue {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  settings: QueueSettings;
  readonly #clock: Clock;
  readonly #newId: () => string;
  readonly #outlets: QueueOutlets;
  #ready: Message[] = [];
  readonly #delayed = new Map<Message, Timer>();
  readonly #leases = new Map<string, Lease>();
  readonly #waiters: Waiter[] = [];
  readonly #watchers = new Set<() => void>();
  readonly #totals = { sent: 0, received: 0, deleted: 0 };

  constructor(
    identity: { name: string; arn: string },
    settings: QueueSettings,
    kernel: { clock: Clock; newId: () => string },
    outlets: QueueOutlets,
  ) {
    this.name = identity.name;
    this.arn = identity.arn;
    this.settings = settings;
    this.#clock = kernel.clock;
    this.#newId = kernel.newId;
    this.#outlets = outlets;
    this.createdAt = this.#clock.now();
  }

  counts(): QueueCounts {
    this.#expire();
    const all = this.messages();
    const oldest = all.reduce((least, { sentAt }) => Math.min(least, sentAt), this.#clock.now());
    return {
      visible: this.#ready.length,
      notVisible: this.#leases.size,
      delayed: this.#delayed.size,
      oldestAgeSeconds: Math.floor((this.#clock.now() - oldest) / 1000),
      ...this.#totals,
    };
  }

  /** Whether a receive would answer with a message. */
  get hasVisible(): boolean {
    this.#expire();
    return this.#ready.length > 0;
  }

  /** Every message that is not deleted, whoever holds it. */
  messages(): Message[] {
    const held = [...this.#leases.values()].map(({ message }) => message);
    return [...this.#ready, ...this.#delayed.keys(), ...held];
  }

  /** Takes a new message, whose size is told in bytes. */
  send(message: Message, bytes: number, delaySeconds: number = this.settings.delaySeconds): void {
    this.#totals.sent++;
    this.#outlets.tell({ kind: "sent", bytes });
    if (delaySeconds === 0) {
      this.put(message);
      return;
    }
    const timer = this.#clock.after(delaySeconds * 1000, () => {
      this.#delayed.delete(message);
      this.put(message);
    });
    this.#delayed.set(message, timer);
  }

  /** Makes a message visible: one that is new, or that comes from elsewhere. */
  put(message: Message): void {
    this.#ready.push(message);
    this.#serve();
    for (const wake of this.#watchers) wake();
  }

  /** Up to `most` messages; waits for the first where there is none. Receivers are served in the order they came. */
  receive(most: number, visibilitySeconds: number, waitSeconds: number): Promise<Received[]> {
    const received = this.#take(most, visibilitySeconds);
    if (received.length > 0 || waitSeconds === 0) {
      this.#outlets.tell({ kind: "received", count: received.length });
      return Promise.resolve(received);
    }
    return new Promise((settle) => {
      const resolve = (late: Received[]) => {
        this.#outlets.tell({ kind: "received", count: late.length });
        settle(late);
      };
      const timer = this.#clock.after(waitSeconds * 1000, () => {
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
        resolve([]);
      });
      const waiter: Waiter = { most, visibilitySeconds, timer, resolve };
      this.#waiters.push(waiter);
    });
  }

  /** Takes messages out, as a move to another queue does; no receive is counted. */
  takeVisible(most: number): Message[] {
    this.#expire();
    return this.#ready.splice(0, most);
  }

  /** Deletes the message of a receipt; nothing happens when it has been deleted, or received again since. */
  delete(receiptHandle: string): void {
    const lease = this.#leaseOf(receiptHandle);
    this.#outlets.tell({ kind: "deleted" });
    if (!lease) return;
    lease.timer.cancel();
    this.#leases.delete(receiptHandle);
    this.#totals.deleted++;
  }

  /** Changes for how long the message of a receipt stays invisible, from now. */
  changeVisibility(receiptHandle: string, seconds: number): void {
    const lease = this.#leaseOf(receiptHandle);
    if (!lease) {
      throw invalidParameter(
        `Value ${receiptHandle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
      );
    }
    lease.timer.cancel();
    if (seconds === 0) this.#release(receiptHandle);
    else lease.timer = this.#clock.after(seconds * 1000, () => this.#release(receiptHandle));
  }

  /** Drops every message. */
  purge(): void {
    this.#ready = [];
    for (const timer of this.#delayed.values()) timer.cancel();
    this.#delayed.clear();
    for (const { timer } of this.#leases.values()) timer.cancel();
    this.#leases.clear();
  }

  /** Calls back when a message becomes visible; the answer stops it. */
  onMessage(wake: () => void): () => void {
    this.#watchers.add(wake);
    return () => this.#watchers.delete(wake);
  }

  /** Ends all waiting. */
  stop(): void {
    for (const { timer, resolve } of this.#waiters.splice(0)) {
      timer.cancel();
      resolve([]);
    }
    this.#watchers.clear();
  }

  #serve(): void {
    while (this.#waiters.length > 0) {
      const [waiter] = this.#waiters;
      if (!waiter) return;
      const received = this.#take(waiter.most, waiter.visibilitySeconds);
      if (received.length === 0) return;
      this.#waiters.shift();
      waiter.timer.cancel();
      waiter.resolve(received);
    }
  }

  #take(most: number, visibilitySeconds: number): Received[] {
    this.#expire();
    if (this.#ready.length > 0 && this.#leases.size >= MAX_IN_FLIGHT) {
      throw new ServiceError("OverLimit", "Too many messages are in flight.", 403);
    }
    const received: Received[] = [];
    while (received.length < most) {
      const message = this.#ready.shift();
      if (!message) break;
      const { redrive } = this.settings;
      if (
        redrive &&
        message.receiveCount >= redrive.maxReceiveCount &&
        this.#outlets.bury(message)
      ) {
        continue;
      }
      received.push(this.#lease(message, visibilitySeconds));
    }
    return received;
  }

  #lease(message: Message, visibilitySeconds: number): Received {
    message.receiveCount++;
    message.firstReceivedAt ??= this.#clock.now();
    this.#totals.received++;
    const receiptHandle = Buffer.from(`${this.#newId()} ${this.name} ${message.id}`).toString(
      "base64",
    );
    const timer = this.#clock.after(visibilitySeconds * 1000, () => this.#release(receiptHandle));
    this.#leases.set(receiptHandle, { message, timer });
    return { message, receiptHandle };
  }

  #release(receiptHandle: string): void {
    const lease = this.#leases.get(receiptHandle);
    if (!lease) return;
    this.#leases.delete(receiptHandle);
    this.put(lease.message);
  }

  #leaseOf(receiptHandle: string): Lease | undefined {
    const [, name] = Buffer.from(receiptHandle, "base64").toString().split(" ");
    if (name !== this.name) {
      throw new ServiceError(
        "ReceiptHandleIsInvalid",
        `The input receipt handle "${receiptHandle}" is not a valid receipt handle.`,
      );
    }
    return this.#leases.get(receiptHandle);
  }

  #expire(): void {
    const oldest = this.#clock.now() - this.settings.retentionSeconds * 1000;
    if (this.#ready.some(({ sentAt }) => sentAt <= oldest)) {
      this.#ready = this.#ready.filter(({ sentAt }) => sentAt > oldest);
    }
  }
}
