import type { Clock, Timer } from "../../kernel/clock.ts";
import type { Rule } from "./rule.ts";

/** Runs scheduled rules when they fall due. */
export class RuleTimers {
  readonly #clock: Clock;
  readonly #onDue: (rule: Rule, due: number) => void;
  readonly #timers = new Map<Rule, Timer>();

  constructor(clock: Clock, onDue: (rule: Rule, due: number) => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  /** Starts an enabled rule's schedule, counted from now; does nothing for a rule without one. */
  start(rule: Rule): void {
    this.stop(rule);
    if (rule.enabled) this.#arm(rule, this.#clock.now());
  }

  /** Stops a rule's schedule. */
  stop(rule: Rule): void {
    this.#timers.get(rule)?.cancel();
    this.#timers.delete(rule);
  }

  /** Stops all schedules. */
  stopAll(): void {
    for (const rule of [...this.#timers.keys()]) this.stop(rule);
  }

  #arm(rule: Rule, from: number): void {
    const schedule = rule.scheduleExpression?.schedule;
    if (!schedule) return;
    const now = this.#clock.now();
    let due = schedule.next(from);
    // After the machine slept, AWS would have run in the meantime; here the missed times are skipped.
    while (due !== undefined && due < now) due = schedule.next(due);
    if (due === undefined) return;
    const at = due;
    const timer = this.#clock.after(at - now, () => {
      this.#onDue(rule, at);
      this.#arm(rule, at);
    });
    this.#timers.set(rule, timer);
  }
}
