import type { Kernel } from "../../kernel/kernel.ts";
import { ServiceError } from "../../kernel/service-error.ts";
import type { Collection } from "../../store/collection.ts";
import { busArn, busNameOf, DEFAULT_BUS } from "./names.ts";
import type { Bus, Rule, Target } from "./rule.ts";
import type { RuleTimers } from "./rule-timers.ts";
import { EVENTS_PRINCIPAL, type TargetSender } from "./target-sender.ts";

const MAX_TARGETS = 5;

/** The buses with their rules and targets. */
export class Buses {
  readonly #kernel: Kernel;
  readonly #sender: TargetSender;
  readonly #timers: RuleTimers;
  readonly #buses = new Map<string, Bus>();
  /** Whether callers switched a rule on or off last, by its ARN. */
  readonly #switched: Collection<string, boolean>;

  constructor(kernel: Kernel, sender: TargetSender, timers: RuleTimers) {
    this.#kernel = kernel;
    this.#sender = sender;
    this.#timers = timers;
    this.#switched = kernel.store.collection("events_switched");
    this.createBus(DEFAULT_BUS);
  }

  /** The bus of this name, where there is one. */
  find(name: string): Bus | undefined {
    return this.#buses.get(name);
  }

  /** All buses, the default one first. */
  get all(): readonly Bus[] {
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
    const createdAt = this.#kernel.clock.now();
    const arn = busArn(this.#kernel, name);
    this.#buses.set(name, { name, arn, description, createdAt, rules: new Map() });
  }

  /**
   * Adds a rule and starts its schedule; it is on or off as callers left it in an earlier run.
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
    rule.enabled = this.#switched.get(rule.arn) ?? rule.enabled;
    rules.set(rule.name, rule);
    this.#timers.takeUp(rule);
  }

  /**
   * Adds a target to a rule.
   *
   * @throws Error or ServiceError as AWS would refuse it, or by name what is not supported here.
   */
  addTarget(rule: Rule, target: Target): void {
    const refusal = this.#sender.refusal(target.arn);
    if (refusal) throw new Error(refusal);
    if (rule.targets.size >= MAX_TARGETS) {
      throw new ServiceError(
        "LimitExceededException",
        "The requested resource exceeds the maximum number allowed.",
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

  /** Enables or disables a rule; a rate starts again. */
  setEnabled(rule: Rule, enabled: boolean): void {
    rule.enabled = enabled;
    this.#switched.put(rule.arn, enabled);
    this.#timers.start(rule);
  }
}
