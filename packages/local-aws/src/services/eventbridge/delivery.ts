import { queueUrl } from "../../grammar/queue-url.ts";
import { sleep } from "../../kernel/clock.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { TraceRecord } from "../../kernel/trace.ts";
import { handOverWaitMs, tryAgain } from "../../kernel/try-again.ts";
import { type DeliveryFailure, deliveryFailure } from "./delivery-failure.ts";
import type { EventStep } from "./event-step.ts";
import type { Shipment } from "./rule.ts";
import { EVENTS_PRINCIPAL, type TargetSender } from "./target-sender.ts";

const FIRST_RETRY_MS = 1_000;
// 185 retries at most ten minutes apart fill the default day.
const MAX_RETRY_MS = 600_000;

/** Delivers events to targets: retries what can succeed later, dead-letters the rest. */
export class Delivery {
  readonly #kernel: Kernel;
  readonly #sender: TargetSender;
  readonly #tell: (step: EventStep) => void;
  readonly #stopped = new AbortController();

  constructor(kernel: Kernel, sender: TargetSender, tell: (step: EventStep) => void) {
    this.#kernel = kernel;
    this.#sender = sender;
    this.#tell = tell;
  }

  /** Settles once the event is delivered, dead-lettered or dropped; never rejects. */
  async deliver(shipment: Shipment): Promise<void> {
    const { target, rule, event, ingestedAt } = shipment;
    const { clock, random } = this.#kernel;
    const facts = { ruleArn: rule.arn, ruleName: rule.name, ingestedAt };
    const text = target.transform(event, facts);
    this.#tell({ kind: "starting", rule, ageMs: clock.now() - ingestedAt });
    for (let retries = 0; ; retries++) {
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
      try {
        await sleep(clock, delay, this.#stopped.signal);
      } catch {
        return;
      }
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
