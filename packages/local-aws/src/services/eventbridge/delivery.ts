import { queueUrl } from "../../grammar/queue-url.ts";
import { sleep } from "../../kernel/clock.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { TraceRecord } from "../../kernel/trace.ts";
import { handOverWaitMs, tryAgain } from "../../kernel/try-again.ts";
import { unattended } from "../../kernel/unattended.ts";
import type { Collection } from "../../store/collection.ts";
import type { BusEvent } from "./bus-event.ts";
import { type DeliveryFailure, deliveryFailure } from "./delivery-failure.ts";
import type { EventStep } from "./event-step.ts";
import type { Shipment } from "./rule.ts";
import { EVENTS_PRINCIPAL, type TargetSender } from "./target-sender.ts";

const FIRST_RETRY_MS = 1_000;
// 185 retries at most ten minutes apart fill the default day.
const MAX_RETRY_MS = 600_000;

/** A delivery that is in progress, as it is kept. */
export interface KeptDelivery {
  bus: string;
  rule: string;
  /** Id of the target. */
  target: string;
  event: BusEvent;
  ingestedAt: number;
  requestId: string;
  traceHeader: string | undefined;
  retries: number;
  /** When it is tried again, in milliseconds since the epoch; undefined while it is tried. */
  dueAt?: number;
}

/** Delivers events to targets: retries what can succeed later, dead-letters the rest. */
export class Delivery {
  readonly #kernel: Kernel;
  readonly #sender: TargetSender;
  readonly #tell: (step: EventStep) => void;
  readonly #stopped = new AbortController();
  readonly #kept: Collection<number, KeptDelivery>;

  constructor(kernel: Kernel, sender: TargetSender, tell: (step: EventStep) => void) {
    this.#kernel = kernel;
    this.#sender = sender;
    this.#tell = tell;
    this.#kept = kernel.store.collection("events_deliveries", "number");
  }

  /** Settles once the event is delivered, dead-lettered or dropped; never rejects. */
  async deliver(shipment: Shipment): Promise<void> {
    const { target, rule, event, ingestedAt, requestId, traceHeader } = shipment;
    const key = this.#kept.nextNumber();
    const names = { bus: rule.busName, rule: rule.name, target: target.id };
    this.#kept.put(key, { ...names, event, ingestedAt, requestId, traceHeader, retries: 0 });
    await this.#deliver(shipment, key);
  }

  /** Resumes the deliveries of an earlier run; one whose target no longer exists ends. */
  resume(find: (kept: KeptDelivery) => Pick<Shipment, "rule" | "target"> | undefined): void {
    for (const [key, kept] of [...this.#kept.entries()]) {
      const found = find(kept);
      if (found) {
        unattended(`delivery to ${found.target.arn}`, () =>
          this.#deliver({ ...kept, ...found }, key, kept),
        );
      } else this.#kept.delete(key);
    }
  }

  async #deliver(shipment: Shipment, key: number, from?: KeptDelivery): Promise<void> {
    try {
      const { dueAt } = from ?? {};
      const { clock } = this.#kernel;
      if (dueAt !== undefined) {
        await sleep(clock, Math.max(0, dueAt - clock.now()), this.#stopped.signal);
      }
      await this.#try(shipment, key, from?.retries ?? 0);
    } catch (error) {
      // What waits is for the next start.
      if (this.#stopped.signal.aborted) return;
      this.#kept.delete(key);
      throw error;
    }
    this.#kept.delete(key);
  }

  async #try(shipment: Shipment, key: number, done: number): Promise<void> {
    const { target, rule, event, ingestedAt } = shipment;
    const { clock, random } = this.#kernel;
    const facts = { ruleArn: rule.arn, ruleName: rule.name, ingestedAt };
    this.#tell({ kind: "starting", rule, ageMs: clock.now() - ingestedAt });
    let text: string;
    try {
      text = target.transform(event, facts);
    } catch (error) {
      const { message } = error as Error;
      return this.#giveUp(shipment, { code: "INVALID_JSON", message, retryable: false }, 0);
    }
    for (let retries = done; ; retries++) {
      const failure = await this.#attempt(shipment, text);
      const ageMs = clock.now() - ingestedAt;
      this.#tell({ kind: "attempted", rule, ageMs, retries, succeeded: !failure });
      if (!failure) return;
      if (!failure.retryable) return this.#giveUp(shipment, failure, retries);
      if (retries >= target.maximumRetryAttempts) {
        return this.#giveUp(shipment, failure, retries, "MaximumRetryAttempts");
      }
      const delay = Math.min(FIRST_RETRY_MS * 2 ** retries, MAX_RETRY_MS) * (0.5 + random() / 2);
      if (clock.now() + delay > ingestedAt + target.maximumEventAgeInSeconds * 1000) {
        return this.#giveUp(shipment, failure, retries, "MaximumEventAgeInSeconds");
      }
      const again = `retry ${retries + 1} in ${(delay / 1000).toFixed(1)} s`;
      this.#emit(shipment, "events:retry", "failed", `${describe(failure)}; ${again}`);
      const kept = this.#kept.get(key);
      if (kept) this.#kept.put(key, { ...kept, retries: retries + 1, dueAt: clock.now() + delay });
      await sleep(clock, delay, this.#stopped.signal);
    }
  }

  /** Ends all waiting for retries. */
  stop(): void {
    this.#stopped.abort();
  }

  async #attempt(shipment: Shipment, text: string): Promise<DeliveryFailure | undefined> {
    try {
      await this.#sender.send(shipment, text);
      return undefined;
    } catch (error) {
      return deliveryFailure(error);
    }
  }

  async #giveUp(
    shipment: Shipment,
    failure: DeliveryFailure,
    retries: number,
    exhausted?: string,
  ): Promise<void> {
    const { rule, target, event, requestId } = shipment;
    const reason = `${describe(failure)} (${exhausted ?? "not retryable"}, ${retries} retries)`;
    this.#tell({ kind: "failed", rule });
    if (!target.deadLetterArn) {
      this.#emit(shipment, "events:drop", "failed", `event ${event.id} is lost: ${reason}`);
      return;
    }
    const attributes: Record<string, string> = {
      RULE_ARN: rule.arn,
      TARGET_ARN: target.arn,
      ERROR_CODE: failure.code,
      ERROR_MESSAGE: failure.message,
      RETRY_ATTEMPTS: String(retries),
      ...(exhausted && { EXHAUSTED_RETRY_CONDITION: exhausted }),
    };
    const MessageAttributes = Object.fromEntries(
      Object.entries(attributes).map(([name, StringValue]) => [
        name,
        { DataType: "String", StringValue },
      ]),
    );
    const message = {
      QueueUrl: queueUrl(target.deadLetterArn),
      MessageBody: JSON.stringify(event),
      MessageAttributes,
    };
    const caller = { kind: "service", principal: EVENTS_PRINCIPAL, sourceArn: rule.arn } as const;
    try {
      const { clock, dispatcher } = this.#kernel;
      const send = () => dispatcher.call("sqs", "SendMessage", message, caller, requestId);
      await tryAgain(clock, send, handOverWaitMs);
      this.#tell({ kind: "dead-lettered", rule });
      const parked = `event ${event.id} is in ${target.deadLetterArn}`;
      this.#emit(shipment, "events:dead-letter", "failed", `${parked}: ${reason}`);
    } catch (error) {
      this.#tell({ kind: "dead-letter-lost", rule });
      const why = `${target.deadLetterArn} refused it: ${describe(deliveryFailure(error))}`;
      this.#emit(shipment, "events:drop", "failed", `event ${event.id} is lost: ${reason}; ${why}`);
    }
  }

  #emit(
    { rule, target, requestId }: Shipment,
    kind: string,
    decision: TraceRecord["decision"],
    detail: string,
  ): void {
    this.#kernel.trace.emit({ from: rule.name, to: target.arn, kind, requestId, decision, detail });
  }
}

function describe({ code, message }: DeliveryFailure): string {
  return `${code} ${message}`;
}
