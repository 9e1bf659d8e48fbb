import type { Timer } from "../../kernel/clock.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { parseJson } from "../../kernel/nesting.ts";
import { unattended } from "../../kernel/unattended.ts";
import type { Collection } from "../../store/collection.ts";
import type {
  Alarm,
  CompositeAlarm,
  CompositeAlarmSettings,
  MetricAlarm,
  MetricAlarmSettings,
} from "./alarm.ts";
import { runAction } from "./alarm-actions.ts";
import type { AlarmState } from "./alarm-evaluation.ts";
import { AlarmHistory } from "./alarm-history.ts";
import type { TriggeringChild } from "./alarm-message.ts";
import type { MetricStore } from "./metric-store.ts";
import { type NextState, nextCompositeState, nextMetricState } from "./next-state.ts";

// Alarms are evaluated a moment after the boundary, when the last lines before it have been written.
const EVALUATION_DELAY_MS = 1000;

const MINUTE_MS = 60_000;
const HIGH_RESOLUTION_MS = 10_000;
const UNCHECKED = "Unchecked: Initial alarm creation";

/** What is kept of an alarm; its settings are the program's. */
type KeptState = Pick<
  Alarm,
  "state" | "reason" | "reasonData" | "changedAt" | "configuredAt" | "actionsEnabled"
>;

/**
 * Every alarm, its state and its history. Metric alarms are evaluated each minute over the periods that end with it,
 * those with a shorter period every ten seconds; composite alarms whenever an alarm that they look at changes.
 */
export class AlarmRegistry {
  readonly history: AlarmHistory;
  readonly #kernel: Kernel;
  readonly #store: MetricStore;
  readonly #alarms = new Map<string, Alarm>();
  readonly #timers = new Map<number, Timer>();
  readonly #states: Collection<string, KeptState>;

  constructor(kernel: Kernel, store: MetricStore) {
    this.#kernel = kernel;
    this.#store = store;
    this.#states = kernel.store.collection("cloudwatch_alarms");
    this.history = new AlarmHistory(kernel);
  }

  /** Every alarm, in the order of their making. */
  get alarms(): Alarm[] {
    return [...this.#alarms.values()];
  }

  alarm(name: string): Alarm | undefined {
    return this.#alarms.get(name);
  }

  /** Makes a metric alarm; it starts in INSUFFICIENT_DATA. @throws Error when there is one of its name. */
  addMetricAlarm(settings: MetricAlarmSettings): void {
    this.#add({ kind: "MetricAlarm", settings, ...this.#fresh(settings) });
    this.#arm(cadence(settings.period));
  }

  /** Makes a composite alarm of alarms that exist. @throws Error naming the one that does not. */
  addCompositeAlarm(settings: CompositeAlarmSettings): void {
    const unknown = settings.rule.alarms.find((name) => !this.#alarms.has(name));
    if (unknown !== undefined) {
      throw new Error(`AlarmRule ${settings.ruleText} names ${unknown}, which is not an alarm`);
    }
    const alarm: CompositeAlarm = {
      kind: "CompositeAlarm",
      settings,
      ...this.#fresh(settings),
    };
    this.#add(alarm);
    this.#evaluateComposite(alarm, undefined);
  }

  /** Sets an alarm's state until it is evaluated next; its actions run. */
  setState(alarm: Alarm, state: AlarmState, reason: string, reasonData: string): void {
    this.#change(alarm, { state, reason, reasonData });
  }

  /** Notes a change of an alarm's settings. */
  noteConfiguration(alarm: Alarm, summary: string): void {
    alarm.configuredAt = this.#kernel.clock.now();
    this.#keep(alarm);
    const data = JSON.stringify({
      version: "1.0",
      type: "Update",
      updatedAlarm: alarm.settings.name,
    });
    this.history.add(alarm, "ConfigurationUpdate", summary, data);
  }

  stop(): void {
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
  }

  #fresh({ name, actionsEnabled }: MetricAlarmSettings | CompositeAlarmSettings) {
    const now = this.#kernel.clock.now();
    const kept = this.#states.get(name);
    return {
      arn: `arn:aws:cloudwatch:${this.#kernel.region}:${this.#kernel.account}:alarm:${name}`,
      state: "INSUFFICIENT_DATA" as AlarmState,
      reason: UNCHECKED,
      reasonData: "",
      changedAt: now,
      configuredAt: now,
      actionsEnabled,
      ...kept,
    };
  }

  #keep(alarm: Alarm): void {
    const { state, reason, reasonData, changedAt, configuredAt, actionsEnabled } = alarm;
    const { name } = alarm.settings;
    const kept = { state, reason, reasonData, changedAt, configuredAt, actionsEnabled };
    this.#states.put(name, kept);
  }

  #add(alarm: Alarm): void {
    const { name } = alarm.settings;
    if (this.#alarms.has(name)) throw new Error(`there is an alarm ${name} already`);
    this.#alarms.set(name, alarm);
    if (this.#states.get(name)) return;
    this.#keep(alarm);
    const data = JSON.stringify({ version: "1.0", type: "Create", createdAlarm: name });
    this.history.add(alarm, "ConfigurationUpdate", `Alarm "${name}" created`, data);
  }

  /** One timer for all alarms of a cadence. */
  #arm(every: number): void {
    if (this.#timers.has(every)) return;
    const now = this.#kernel.clock.now();
    const wait = every - ((((now - EVALUATION_DELAY_MS) % every) + every) % every);
    const tick = () => {
      this.#timers.delete(every);
      this.#arm(every);
      const end = Math.floor(this.#kernel.clock.now() / every) * every;
      for (const alarm of this.#alarms.values()) {
        if (alarm.kind === "MetricAlarm" && cadence(alarm.settings.period) === every) {
          unattended(`alarm ${alarm.settings.name}`, () => this.#evaluate(alarm, end));
        }
      }
    };
    this.#timers.set(every, this.#kernel.clock.after(wait, tick, "evaluation of alarms"));
  }

  #evaluate(alarm: MetricAlarm, end: number): void {
    const next = nextMetricState(alarm, this.#store, { end, now: this.#kernel.clock.now() });
    if (next) this.#change(alarm, next);
  }

  #evaluateComposite(alarm: CompositeAlarm, cause: Alarm | undefined): void {
    const stateOf = (name: string) => this.#alarms.get(name)?.state ?? "INSUFFICIENT_DATA";
    const next = nextCompositeState(alarm, stateOf, cause);
    if (next) this.#change(alarm, next);
  }

  #change(alarm: Alarm, { state, reason, reasonData, children = [] }: NextState): void {
    const from = alarm.state;
    const before = stateData(alarm);
    Object.assign(alarm, { state, reason, reasonData });
    if (state !== from) alarm.changedAt = this.#kernel.clock.now();
    this.#keep(alarm);
    if (state === from) return;
    const summary = `Alarm updated from ${from} to ${state}`;
    const data = { version: "1.0", oldState: before, newState: stateData(alarm) };
    this.history.add(alarm, "StateUpdate", summary, JSON.stringify(data));
    this.#kernel.trace.emit({
      from: alarm.settings.name,
      to: alarm.arn,
      kind: "cloudwatch:alarm",
      decision: "note",
      detail: `${from} → ${state}: ${reason}`,
    });
    unattended(`actions of alarm ${alarm.settings.name}`, () => this.#act(alarm, from, children));
    for (const other of this.#alarms.values()) {
      if (
        other.kind === "CompositeAlarm" &&
        other.settings.rule.alarms.includes(alarm.settings.name)
      ) {
        this.#evaluateComposite(other, alarm);
      }
    }
  }

  async #act(alarm: Alarm, from: AlarmState, children: TriggeringChild[]): Promise<void> {
    if (!alarm.actionsEnabled) return;
    // The alarm is published in its current state, even if that changes before an earlier action is done.
    const snapshot = { ...alarm };
    for (const arn of alarm.settings.actions[alarm.state]) {
      const { summary, data } = await runAction(this.#kernel, snapshot, arn, { from, children });
      this.history.add(alarm, "Action", summary, data);
    }
  }
}

function cadence(period: number): number {
  return period < MINUTE_MS ? HIGH_RESOLUTION_MS : MINUTE_MS;
}

function stateData({ state, reason, reasonData }: Alarm): object {
  return {
    stateValue: state,
    stateReason: reason,
    ...(reasonData && { stateReasonData: parsed(reasonData) }),
  };
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}
