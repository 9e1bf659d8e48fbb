import type { Clock, Timer } from "../../kernel/clock.ts";
import { ServiceError } from "../../kernel/service-error.ts";
import { InFlight, type InFlightMessage } from "./in-flight.ts";
import { LongPolls, type Received, type ReceiveRequest } from "./long-polls.ts";
import type { Message } from "./message.ts";
import type { MessagePlace, MessageShelf } from "./message-shelf.ts";
import type { QueueOutlets } from "./queue-outlets.ts";
import type { QueueSettings } from "./queue-settings.ts";
import { messageIdIn, receiptHandleOf } from "./receipt-handle.ts";
import { invalidParameter } from "./sqs-error.ts";

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

/** One standard queue, whatever the protocol: its visible, delayed and in-flight messages, and its long polls. */
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
  readonly #inFlight: InFlight;
  readonly #polls: LongPolls;
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
    this.#inFlight = new InFlight(this.#clock, (message) => this.put(message));
    this.#polls = new LongPolls(this.#clock);
    this.createdAt = this.#clock.now();
    for (const { message, place } of shelf.of(this.name)) this.#restore(message, place);
  }

  counts(): QueueCounts {
    this.#expire();
    return {
      visible: this.#ready.length,
      notVisible: this.#inFlight.size,
      delayed: this.#delayed.size,
    };
  }

  /** Whether a receive would return a message. */
  get hasVisible(): boolean {
    this.#expire();
    return this.#ready.length > 0;
  }

  /** Every message that is not deleted, in flight or not. */
  messages(): Message[] {
    return [...this.#ready, ...this.#delayed.keys(), ...this.#inFlight.messages()];
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
    this.#polls.serve((request) => this.#take(request));
    for (const wake of this.#watchers) wake();
  }

  /** Receives messages; waits for the first if the queue is empty. Receives are served in the order of their calls. */
  async receive(request: ReceiveRequest, waitSeconds: number): Promise<Received[]> {
    let received = this.#take(request);
    if (received.length === 0 && waitSeconds > 0) {
      received = await this.#polls.wait(request, waitSeconds);
    }
    this.#outlets.tell({ kind: "received", count: received.length });
    return received;
  }

  /** Removes messages for a move to another queue; no receive is counted. */
  takeVisible(most: number): Message[] {
    this.#expire();
    const taken = this.#ready.splice(0, most);
    for (const message of taken) this.#shelf.forget(message);
    return taken;
  }

  /**
   * Deletes the message of a receipt handle, even after its visibility timeout. Does nothing if the message has been
   * deleted, or received again since.
   */
  delete(receiptHandle: string): void {
    const id = messageIdIn(receiptHandle, this.name);
    this.#outlets.tell({ kind: "deleted" });
    const inFlight = this.#inFlight.get(id);
    const message = inFlight?.message ?? this.#ready.find((one) => one.id === id);
    if (!message || (inFlight && message.receiptHandle !== receiptHandle)) return;
    if (inFlight) this.#inFlight.remove(id);
    else this.#ready.splice(this.#ready.indexOf(message), 1);
    this.#shelf.forget(message);
  }

  /** Changes the visibility timeout of the message of a receipt handle, which may have ended. Counts from now. */
  changeVisibility(receiptHandle: string, seconds: number): void {
    const id = messageIdIn(receiptHandle, this.name);
    const inFlight = this.#inFlight.get(id);
    const visible = inFlight ? -1 : this.#ready.findIndex((message) => message.id === id);
    const refuse = (parameter: string, value: unknown, reason: string) =>
      invalidParameter(`Value ${value} for parameter ${parameter} is invalid. Reason: ${reason}`);
    if (!inFlight && visible < 0) {
      throw refuse(
        "ReceiptHandle",
        receiptHandle,
        "Message does not exist or is not available for visibility timeout change.",
      );
    }
    const heldFor = inFlight ? (this.#clock.now() - inFlight.since) / 1000 : 0;
    if (heldFor + seconds > MAX_VISIBILITY_S) {
      throw refuse(
        "VisibilityTimeout",
        seconds,
        `Total VisibilityTimeout for the message is beyond the limit [${MAX_VISIBILITY_S} seconds].`,
      );
    }
    if (inFlight && seconds === 0) {
      this.#inFlight.remove(id);
      this.put(inFlight.message);
    } else if (inFlight) this.#hold(inFlight, seconds);
    else if (seconds > 0) {
      for (const message of this.#ready.splice(visible, 1)) this.#hold({ message }, seconds);
    }
  }

  /** Drops every message. */
  purge(): void {
    for (const message of this.messages()) this.#shelf.forget(message);
    this.#ready = [];
    for (const timer of this.#delayed.values()) timer.cancel();
    this.#delayed.clear();
    this.#inFlight.clear();
  }

  /** Calls back when a message becomes visible; returns a function that stops it. */
  onMessage(wake: () => void): () => void {
    this.#watchers.add(wake);
    return () => this.#watchers.delete(wake);
  }

  /** Ends all long polls. */
  stop(): void {
    this.#polls.stop();
    this.#watchers.clear();
  }

  #take({ maxMessages, visibilitySeconds, isOurs }: ReceiveRequest): Received[] {
    this.#expire();
    if (this.#ready.length > 0 && this.#inFlight.size >= MAX_IN_FLIGHT) {
      throw new ServiceError("OverLimit", "Too many messages are in flight.", 403);
    }
    const received: Received[] = [];
    while (received.length < maxMessages) {
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
      received.push(this.#handOut(message, visibilitySeconds, isOurs));
    }
    return received;
  }

  #handOut(message: Message, visibilitySeconds: number, isOurs: boolean): Received {
    message.receiveCount++;
    message.firstReceivedAt ??= this.#clock.now();
    const receiptHandle = receiptHandleOf(this.name, message.id, this.#newId());
    message.receiptHandle = receiptHandle;
    this.#hold({ message, isOurs }, visibilitySeconds);
    return { message, receiptHandle };
  }

  #hold(
    {
      message,
      since = this.#clock.now(),
      isOurs = false,
    }: Partial<InFlightMessage> & Pick<InFlightMessage, "message">,
    seconds: number,
  ): void {
    this.#inFlight.hold({ message, since, isOurs }, seconds);
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

  /** Restores a message of an earlier run. */
  #restore(message: Message, { visibleAt, heldSince: since, isOurs }: MessagePlace): void {
    const seconds = Math.max(0, ((visibleAt ?? 0) - this.#clock.now()) / 1000);
    if (isOurs) {
      // This receive ended with the process, which says nothing about the message.
      message.receiveCount--;
      this.put(message);
    } else if (visibleAt === undefined) this.put(message);
    else if (since === undefined) this.#delay(message, visibleAt);
    else this.#hold({ message, since }, seconds);
  }

  #expire(): void {
    this.#inFlight.endWhatIsOver();
    const oldest = this.#clock.now() - this.settings.retentionSeconds * 1000;
    if (this.#ready.some(({ sentAt }) => sentAt <= oldest)) {
      for (const message of this.#ready) if (message.sentAt <= oldest) this.#shelf.forget(message);
      this.#ready = this.#ready.filter(({ sentAt }) => sentAt > oldest);
    }
  }
}
