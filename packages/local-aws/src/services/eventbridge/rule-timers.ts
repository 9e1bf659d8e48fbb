import type { Clock, Timer } from "../../kernel/clock.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { Collection } from "../../store/collection.ts";
import type { Rule } from "./rule.ts";

const DAY_MS = 86_400_000;

/** The position of a schedule, as it is stored. */
interface KeptSchedule {
  /** The schedule's own text. */
  text: string;
  /** When it last ran, or was created, in milliseconds since the epoch. */
  last: number;
}

/** Runs scheduled rules when they fall due. */
export class RuleTimers {
  readonly #clock: Clock;
  readonly #kept: Collection<string, KeptSchedule>;
  /** Rules that fell due while the runtime was stopped, each with the last of those times. */
  readonly #missed = new Map<Rule, number>();
  readonly #onDue: (rule: Rule, due: number) => void;
  readonly #timers = new Map<Rule, Timer>();

  constructor(
    { clock, store }: Pick<Kernel, "clock" | "store">,
    onDue: (rule: Rule, due: number) => void,
  ) {
    this.#clock = clock;
    this.#kept = store.collection("events_schedules");
    this.#onDue = onDue;
  }

  /** Starts an enabled rule's schedule, counted from now; does nothing for a rule without one. */
  start(rule: Rule): void {
    this.stop(rule);
    if (rule.enabled) this.#arm(rule, this.#clock.now());
  }

  /**
   * Resumes the schedule of an enabled rule where an earlier run left it, or starts it. Where it fell due meanwhile,
   * {@link runMissed} runs it once.
   */
  takeUp(rule: Rule): void {
    const { text, schedule } = rule.scheduleExpression ?? {};
    const kept = this.#kept.get(keyOf(rule));
    if (!rule.enabled || !schedule || kept?.text !== text || !kept) {
      this.start(rule);
      return;
    }
    const now = this.#clock.now();
    // Older ones than a day reach no target; a rate must count from where it was all the same.
    let last = schedule.isRate ? kept.last : Math.max(kept.last, now - DAY_MS);
    for (
      let due = schedule.next(last);
      due !== undefined && due <= now;
      due = schedule.next(last)
    ) {
      last = due;
      if (now - due <= DAY_MS) this.#missed.set(rule, due);
    }
    this.#arm(rule, last);
  }

  /** Runs the rules that fell due while the runtime was stopped: each once, for the last of those times. */
  runMissed(): void {
    for (const [rule, due] of this.#missed) this.#onDue(rule, due);
    this.#missed.clear();
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
    const { text, schedule } = rule.scheduleExpression ?? {};
    if (!schedule || text === undefined) return;
    this.#kept.put(keyOf(rule), { text, last: from });
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

function keyOf({ arn }: Rule): string {
  return arn;
}
