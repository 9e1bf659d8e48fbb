import { matches } from "../../grammar/event-pattern/pattern.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { CallContext, Operation, Service } from "../../kernel/service.ts";
import { unattended } from "../../kernel/unattended.ts";
import { type BusEvent, eventTime } from "./bus-event.ts";
import { Buses } from "./buses.ts";
import { Delivery } from "./delivery.ts";
import type { EventStep } from "./event-step.ts";
import { eventsMembers } from "./members.ts";
import { busArn } from "./names.ts";
import { busOf, type EntryError, readEntries, readEntry } from "./put-events.ts";
import type { Rule, Shipment } from "./rule.ts";
import { readOperations } from "./rule-operations.ts";
import { RuleTimers } from "./rule-timers.ts";
import { TargetSender } from "./target-sender.ts";

/** The call that an event came with. */
type Origin = Pick<Shipment, "requestId" | "traceHeader">;

/** EventBridge: buses, rules by pattern and by schedule, and the delivery to their targets. */
export class EventBridge implements Service {
  readonly name = "events";
  readonly operations: Readonly<Record<string, Operation>>;
  readonly members = eventsMembers;
  readonly #kernel: Kernel;
  readonly buses: Buses;
  readonly #delivery: Delivery;
  readonly #timers: RuleTimers;
  readonly #listeners = new Set<(step: EventStep) => void>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    const sender = new TargetSender(kernel);
    this.#delivery = new Delivery(kernel, sender, (step) => this.#tell(step));
    this.#timers = new RuleTimers(kernel, (rule, due) => this.#runSchedule(rule, due));
    this.buses = new Buses(kernel, sender, this.#timers);
    this.operations = {
      PutEvents: {
        needs: (input) => putEventsNeeds(kernel, input),
        run: (input, context) => this.#putEvents(input, context),
      },
      ...readOperations(kernel, this.buses),
    };
  }

  /** Calls back at every step of events and their deliveries; returns a function that stops it. */
  onStep(listener: (step: EventStep) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resumes deliveries of an earlier run, and runs schedules that fell due meanwhile. */
  resume(): void {
    this.#delivery.resume(({ bus, rule: name, target: id }) => {
      const rule = this.buses.find(bus)?.rules.get(name);
      const target = rule?.targets.get(id);
      return rule && target && { rule, target };
    });
    this.#timers.runMissed();
  }

  /** Stops schedules and retries. */
  stop(): void {
    this.#timers.stopAll();
    this.#delivery.stop();
  }

  #putEvents(input: Record<string, unknown>, { requestId, traceHeader }: CallContext) {
    const { clock, newId } = this.#kernel;
    const Entries = readEntries(input).map((entry): { EventId: string } | EntryError => {
      const event = readEntry(entry, { ...this.#kernel, id: newId(), now: clock.now() });
      if ("ErrorCode" in event) return event;
      const sent = entry.TraceHeader ?? traceHeader;
      this.#publish(busOf(entry), event, { requestId, traceHeader: sent });
      return { EventId: event.id };
    });
    const FailedEntryCount = Entries.filter((entry) => "ErrorCode" in entry).length;
    this.#tell({ kind: "put", entries: Entries.length, failed: FailedEntryCount });
    return { FailedEntryCount, Entries };
  }

  #tell(step: EventStep): void {
    for (const listener of this.#listeners) listener(step);
  }

  #publish(busName: string, event: BusEvent, origin: Origin): void {
    const { trace } = this.#kernel;
    const { requestId } = origin;
    const what = `${event.source} "${event["detail-type"]}" ${event.id}`;
    const bus = this.buses.find(busName);
    if (!bus) {
      // AWS returns an event id here as well, and drops the event.
      const to = busArn(this.#kernel, busName);
      const detail = `event bus ${busName} does not exist; ${what} is lost`;
      trace.emit({
        from: "events",
        to,
        kind: "events:drop",
        requestId,
        decision: "failed",
        detail,
      });
      return;
    }
    const ingestedAt = this.#kernel.clock.now();
    const rules = [...bus.rules.values()].filter(
      ({ enabled, eventPattern }) =>
        enabled && eventPattern && matches(eventPattern.pattern, event),
    );
    if (rules.length > 0) {
      this.#tell({ kind: "triggered", rules, by: "pattern" });
      for (const rule of rules) this.#deliver(rule, event, ingestedAt, origin);
      return;
    }
    trace.emit({
      from: bus.name,
      to: bus.arn,
      kind: "events:unmatched",
      requestId,
      decision: "note",
      detail: `no rule matched ${what}`,
    });
  }

  #runSchedule(rule: Rule, due: number): void {
    const { account, region, newId } = this.#kernel;
    const event: BusEvent = {
      version: "0",
      id: newId(),
      "detail-type": "Scheduled Event",
      source: "aws.events",
      account,
      time: eventTime(due),
      region,
      resources: [rule.arn],
      detail: {},
    };
    this.#tell({ kind: "triggered", rules: [rule], by: "schedule" });
    this.#deliver(rule, event, due, { requestId: newId(), traceHeader: undefined });
  }

  #deliver(rule: Rule, event: BusEvent, ingestedAt: number, origin: Origin): void {
    const matched = `${event["detail-type"]} ${event.id}`;
    this.#kernel.trace.emit({
      from: rule.busName,
      to: rule.arn,
      kind: "events:match",
      requestId: origin.requestId,
      decision: "note",
      detail: rule.targets.size > 0 ? matched : `${matched}; the rule has no targets`,
    });
    for (const target of rule.targets.values()) {
      // A schedule that was missed; an event that was just put is of now.
      const ageMs = this.#kernel.clock.now() - ingestedAt;
      if (ageMs > target.maximumEventAgeInSeconds * 1000) continue;
      unattended(`delivery to ${target.arn}`, () =>
        this.#delivery.deliver({ rule, target, event, ingestedAt, ...origin }),
      );
    }
  }
}

function putEventsNeeds(kernel: Kernel, input: Record<string, unknown>) {
  const entries: unknown[] = Array.isArray(input["Entries"]) ? input["Entries"] : [];
  const buses = new Set(entries.map((entry) => busOf(entry ?? {})));
  return [...buses].map((name) => ({ action: "events:PutEvents", resource: busArn(kernel, name) }));
}
