import { matches } from "../../grammar/event-pattern/pattern.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { Operation, Service } from "../../kernel/service.ts";
import { ServiceError } from "../../kernel/service-error.ts";
import { type BusEvent, eventTime } from "./bus-event.ts";
import { Delivery } from "./delivery.ts";
import type { EventStep } from "./event-step.ts";
import { busOf, type EntryError, readEntries, readEntry } from "./put-events.ts";
import { type Bus, busArn, busNameOf, DEFAULT_BUS, type Rule, type Target } from "./rule.ts";
import { readOperations } from "./rule-operations.ts";
import { RuleTimers } from "./rule-timers.ts";
import { EVENTS_PRINCIPAL, TargetSender } from "./target-sender.ts";

const MOST_TARGETS = 5;

/** EventBridge: buses, rules by pattern and by schedule, and the delivery to their targets. */
export class EventBridge implements Service {
  readonly name = "events";
  readonly operations: Readonly<Record<string, Operation>>;
  readonly #kernel: Kernel;
  readonly #buses = new Map<string, Bus>();
  readonly #sender: TargetSender;
  readonly #delivery: Delivery;
  readonly #timers: RuleTimers;
  readonly #listeners = new Set<(step: EventStep) => void>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.#sender = new TargetSender(kernel);
    this.#delivery = new Delivery(kernel, this.#sender, (step) => this.#tell(step));
    this.#timers = new RuleTimers(kernel.clock, (rule, due) => this.#runSchedule(rule, due));
    this.createBus(DEFAULT_BUS);
    this.operations = {
      PutEvents: {
        needs: (input) => putEventsNeeds(kernel, input),
        run: (input, { requestId }) => this.#putEvents(input, requestId),
      },
      ...readOperations(kernel, this),
    };
  }

  /** All buses, the default one first. */
  get buses(): readonly Bus[] {
    return [...this.#buses.values()];
  }

  /**
   * A bus by name or ARN.
   *
   * @throws ServiceError `ResourceNotFoundException`.
   */
  bus(nameOrArn: string = DEFAULT_BUS): Bus {
    const name = busNameOf(nameOrArn);
    const bus = this.#buses.get(name);
    if (!bus) {
      throw new ServiceError("ResourceNotFoundException", `Event bus ${name} does not exist.`);
    }
    return bus;
  }

  /**
   * A rule by name.
   *
   * @throws ServiceError `ResourceNotFoundException`.
   */
  rule(name: string, busNameOrArn?: string): Rule {
    const bus = this.bus(busNameOrArn);
    const rule = bus.rules.get(name);
    if (!rule) {
      throw new ServiceError(
        "ResourceNotFoundException",
        `Rule ${name} does not exist on EventBus ${bus.name}.`,
      );
    }
    return rule;
  }

  /**
   * Adds a bus.
   *
   * @throws ServiceError `ResourceAlreadyExistsException`.
   */
  createBus(name: string, description?: string): void {
    if (this.#buses.has(name)) {
      throw new ServiceError("ResourceAlreadyExistsException", `Event bus ${name} already exists.`);
    }
    this.#buses.set(name, { name, arn: busArn(this.#kernel, name), description, rules: new Map() });
  }

  /**
   * Adds a rule and starts its schedule.
   *
   * @throws ServiceError `ResourceAlreadyExistsException`, or `ResourceNotFoundException` for its bus.
   */
  addRule(rule: Rule): void {
    const { rules, name } = this.bus(rule.busName);
    if (rules.has(rule.name)) {
      throw new ServiceError(
        "ResourceAlreadyExistsException",
        `Rule ${rule.name} already exists on EventBus ${name}.`,
      );
    }
    rules.set(rule.name, rule);
    this.#timers.start(rule);
  }

  /**
   * Adds a target to a rule.
   *
   * @throws Error or ServiceError as AWS would refuse it, or by name what is not supported here.
   */
  addTarget(rule: Rule, target: Target): void {
    const refusal = this.#sender.refusal(target.arn);
    if (refusal) throw new Error(refusal);
    if (rule.targets.size >= MOST_TARGETS) {
      throw new ServiceError(
        "LimitExceededException",
        `Rule ${rule.name} already has ${MOST_TARGETS} targets, the most that a rule can have.`,
      );
    }
    const { roleArn } = target;
    if (roleArn && !this.#kernel.policies.canAssume(roleArn, EVENTS_PRINCIPAL, rule.arn)) {
      throw new ServiceError(
        "ValidationException",
        `Provided role '${roleArn}' cannot be assumed by principal '${EVENTS_PRINCIPAL}'.`,
      );
    }
    rule.targets.set(target.id, target);
  }

  /** Switches a rule on or off; a rate starts anew. */
  setEnabled(rule: Rule, enabled: boolean): void {
    rule.enabled = enabled;
    this.#timers.start(rule);
  }

  /** Calls back at every step of events and their deliveries; the answer stops it. */
  onStep(listener: (step: EventStep) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Stops schedules and retries. */
  stop(): void {
    this.#timers.stopAll();
    this.#delivery.stop();
  }

  #putEvents(input: Record<string, unknown>, requestId: string) {
    const { clock, newId } = this.#kernel;
    const Entries = readEntries(input).map((entry): { EventId: string } | EntryError => {
      const event = readEntry(entry, { ...this.#kernel, id: newId(), now: clock.now() });
      if ("ErrorCode" in event) return event;
      this.#publish(busOf(entry), event, requestId);
      return { EventId: event.id };
    });
    const FailedEntryCount = Entries.filter((entry) => "ErrorCode" in entry).length;
    this.#tell({ kind: "put", entries: Entries.length, failed: FailedEntryCount });
    return { FailedEntryCount, Entries };
  }

  #tell(step: EventStep): void {
    for (const listener of this.#listeners) listener(step);
  }

  #publish(busName: string, event: BusEvent, requestId: string): void {
    const { trace } = this.#kernel;
    const what = `${event.source} "${event["detail-type"]}" ${event.id}`;
    const bus = this.#buses.get(busName);
    if (!bus) {
      // AWS answers with an event id here as well, and drops the event.
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
      for (const rule of rules) this.#deliver(rule, event, ingestedAt, requestId);
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
    this.#deliver(rule, event, due, newId());
  }

  #deliver(rule: Rule, event: BusEvent, ingestedAt: number, requestId: string): void {
    const matched = `${event["detail-type"]} ${event.id}`;
    this.#kernel.trace.emit({
      from: rule.busName,
      to: rule.arn,
      kind: "events:match",
      requestId,
      decision: "note",
      detail: rule.targets.size > 0 ? matched : `${matched}; the rule has no targets`,
    });
    for (const target of rule.targets.values()) {
      void this.#delivery.deliver({ rule, target, event, ingestedAt, requestId });
    }
  }
}

function putEventsNeeds(kernel: Kernel, input: Record<string, unknown>) {
  const entries: unknown[] = Array.isArray(input["Entries"]) ? input["Entries"] : [];
  const buses = new Set(entries.map((entry) => busOf(entry ?? {})));
  return [...buses].map((name) => ({ action: "events:PutEvents", resource: busArn(kernel, name) }));
}
