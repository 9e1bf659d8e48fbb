import type { Clock, Timer } from "../../kernel/clock.ts";
import { ServiceError } from "../../kernel/service-error.ts";
import type { Message } from "./message.ts";
import type { MessagePlace, MessageShelf } from "./message-shelf.ts";
import type { QueueOutlets } from "./queue-outlets.ts";
import type { QueueSettings } from "./queue-settings.ts";
import { invalidParameter } from "./sqs-error.ts";

/** A message that a receiver holds for a while. */
interface Lease {
  message: Message;
  since: number;
  timer: Timer;
  isOurs: boolean;
}

interface Waiter {
  most: number;
  visibilitySeconds: number;
  isOurs: boolean;
  timer: Timer;
  resolve: (received: Received[]) => void;
}

/** A message as a receiver gets it. */
export interface Received {
  message: Message;
  receiptHandle: string;
}

/** How many messages are where. */
export interface QueueCounts {
  visible: number;
  notVisible: number;
  delayed: number;
}

// SQS holds at most this many messages of a standard queue in flight.
const MAX_IN_FLIGHT = 120_000;
// A message stays invisible for at most this long after a receive, however often that is extended.
const MAX_VISIBILITY_S = 43_200;

/** One standard queue: what is ready, what is held, and who waits. It knows nothing of protocols. */
export class Queue {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  settings: QueueSettings;
  readonly #clock: Clock;
  readonly #newId: () => string;
  readonly #outlets: QueueOutlets;
  readonly #shelf: MessageShelf;
  #ready: Message[] = [];
  readonly #delayed = new Map<Message, Timer>();
  /** What is held, by the message's id. */
  readonly #leases = new Map<string, Lease>();
  readonly #waiters: Waiter[] = [];
  readonly #watchers = new Set<() => void>();

  constructor(
    identity: { name: string; arn: string },
    settings: QueueSettings,
    kernel: { clock: Clock; newId: () => string },
    outlets: QueueOutlets,
    shelf: MessageShelf,
  ) {
    this.name = identity.name;
    this.arn = identity.arn;
    this.settings = settings;
    this.#clock = kernel.clock;
    this.#newId = kernel.newId;
    this.#outlets = outlets;
    this.#shelf = shelf;
    this.createdAt = this.#clock.now();
    for (const { message, place } of shelf.of(this.name)) this.#takeUp(message, place);
  }

  counts(): QueueCounts {
    this.#expire();
    return {
      visible: this.#ready.length,
      notVisible: this.#leases.size,
      delayed: this.#delayed.size,
    };
  }

  /** Whether a receive would answer with a message. */
  get hasVisible(): boolean {
    this.#expire();
    return this.#ready.length > 0;
  }

  /** Every message that is not deleted, in flight or not. */
  messages(): Message[] {
    const held = [...this.#leases.values()].map(({ message }) => message);
    return [...this.#ready, ...this.#delayed.keys(), ...held];
  }

  /** Adds a new message of this size in bytes. */
  send(message: Message, bytes: number, delaySeconds: number = this.settings.delaySeconds): void {
    this.#outlets.tell({ kind: "sent", bytes });
    if (delaySeconds === 0) {
      this.put(message);
      return;
    }
    this.#delay(message, this.#clock.now() + delaySeconds * 1000);
  }

  /** Makes a message visible: one that is new, or that comes from elsewhere. */
  put(message: Message): void {
    this.#ready.push(message);
    this.#shelf.keep(this.name, message, {});
    this.#serve();
    for (const wake of this.#watchers) wake();
  }

  /** Up to `most` messages; waits for the first if the queue is empty. Receivers are served in the order of their calls. */
  receive(
    most: number,
    visibilitySeconds: number,
    waitSeconds: number,
    isOurs = false,
  ): Promise<Received[]> {
    const received = this.#take(most, visibilitySeconds, isOurs);
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
      const waiter: Waiter = { most, visibilitySeconds, isOurs, timer, resolve };
      this.#waiters.push(waiter);
    });
  }

  /** Takes messages out, as a move to another queue does; no receive is counted. */
  takeVisible(most: number): Message[] {
    this.#expire();
    const taken = this.#ready.splice(0, most);
    for (const message of taken) this.#shelf.forget(message);
    return taken;
  }

  /**
   * Deletes the message of a receipt, also when its time has run out; nothing happens when the message has been
   * deleted, or somebody else holds it now.
   */
  delete(receiptHandle: string): void {
    const id = this.#messageIdIn(receiptHandle);
    this.#outlets.tell({ kind: "deleted" });
    const lease = this.#leases.get(id);
    const message = lease?.message ?? this.#ready.find((one) => one.id === id);
    if (!message || (lease && message.receiptHandle !== receiptHandle)) return;
    lease?.timer.cancel();
    if (lease) this.#leases.delete(id);
    else this.#ready.splice(this.#ready.indexOf(message), 1);
    this.#shelf.forget(message);
  }

  /** Changes for how long the message of a receipt stays invisible, from now; its time may have run out. */
  changeVisibility(receiptHandle: string, seconds: number): void {
    const id = this.#messageIdIn(receiptHandle);
    const lease = this.#leases.get(id);
    const lapsed = lease ? -1 : this.#ready.findIndex((message) => message.id === id);
    const refuse = (parameter: string, value: unknown, reason: string) =>
      invalidParameter(`Value ${value} for parameter ${parameter} is invalid. Reason: ${reason}`);
    if (!lease && lapsed < 0) {
      throw refuse(
        "ReceiptHandle",
        receiptHandle,
        "Message does not exist or is not available for visibility timeout change.",
      );
    }
    const heldFor = lease ? (this.#clock.now() - lease.since) / 1000 : 0;
    if (heldFor + seconds > MAX_VISIBILITY_S) {
      throw refuse(
        "VisibilityTimeout",
        seconds,
        `Total VisibilityTimeout for the message is beyond the limit [${MAX_VISIBILITY_S} seconds].`,
      );
    }
    lease?.timer.cancel();
    if (seconds === 0) this.#release(id);
    else if (lease) this.#hold(lease, seconds);
    else for (const message of this.#ready.splice(lapsed, 1)) this.#hold({ message }, seconds);
  }

  /** Drops every message. */
  purge(): void {
    for (const message of this.messages()) this.#shelf.forget(message);
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
      const received = this.#take(waiter.most, waiter.visibilitySeconds, waiter.isOurs);
      if (received.length === 0) return;
      this.#waiters.shift();
      waiter.timer.cancel();
      waiter.resolve(received);
    }
  }

  #take(most: number, visibilitySeconds: number, isOurs: boolean): Received[] {
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
        this.#shelf.forget(message);
        continue;
      }
      received.push(this.#lease(message, visibilitySeconds, isOurs));
    }
    return received;
  }

  #lease(message: Message, visibilitySeconds: number, isOurs: boolean): Received {
    message.receiveCount++;
    message.firstReceivedAt ??= this.#clock.now();
    const receiptHandle = Buffer.from(`${this.#newId()} ${this.name} ${message.id}`).toString(
      "base64",
    );
    message.receiptHandle = receiptHandle;
    this.#hold({ message, isOurs }, visibilitySeconds);
    return { message, receiptHandle };
  }

  #hold(
    { message, since = this.#clock.now(), isOurs = false }: Partial<Lease> & Pick<Lease, "message">,
    seconds: number,
  ): void {
    const { id } = message;
    const timer = this.#clock.after(seconds * 1000, () => this.#release(id));
    this.#leases.set(id, { message, since, isOurs, timer });
    const visibleAt = this.#clock.now() + seconds * 1000;
    this.#shelf.keep(this.name, message, { visibleAt, heldSince: since, isOurs });
  }

  #delay(message: Message, visibleAt: number): void {
    const timer = this.#clock.after(visibleAt - this.#clock.now(), () => {
      this.#delayed.delete(message);
      this.put(message);
    });
    this.#delayed.set(message, timer);
    this.#shelf.keep(this.name, message, { visibleAt });
  }

  /** Goes on with a message that an earlier run left. */
  #takeUp(message: Message, { visibleAt, heldSince: since, isOurs }: MessagePlace): void {
    const seconds = Math.max(0, ((visibleAt ?? 0) - this.#clock.now()) / 1000);
    if (isOurs) {
      // The machine ended this receive, and it tells nothing about the message.
      message.receiveCount--;
      this.put(message);
    } else if (visibleAt === undefined) this.put(message);
    else if (since === undefined) this.#delay(message, visibleAt);
    else this.#hold({ message, since }, seconds);
  }

  #release(id: string): void {
    const lease = this.#leases.get(id);
    if (!lease) return;
    this.#leases.delete(id);
    this.put(lease.message);
  }

  #messageIdIn(receiptHandle: string): string {
    const [, name, id = ""] = Buffer.from(receiptHandle, "base64").toString().split(" ");
    if (name !== this.name) {
      throw new ServiceError(
        "ReceiptHandleIsInvalid",
        `The input receipt handle "${receiptHandle}" is not a valid receipt handle.`,
      );
    }
    return id;
  }

  #expire(): void {
    const oldest = this.#clock.now() - this.settings.retentionSeconds * 1000;
    if (this.#ready.some(({ sentAt }) => sentAt <= oldest)) {
      for (const message of this.#ready) if (message.sentAt <= oldest) this.#shelf.forget(message);
      this.#ready = this.#ready.filter(({ sentAt }) => sentAt > oldest);
    }
  }
}
