import type { Kernel } from "../../kernel/kernel.ts";
import type { Collection } from "../../store/collection.ts";
import type { Alarm, AlarmHistoryItem } from "./alarm.ts";

const MAX_ITEMS = 10_000;

/** The history of all alarms, oldest first. */
export class AlarmHistory {
  readonly items: AlarmHistoryItem[] = [];
  readonly #kernel: Kernel;
  readonly #kept: Collection<number, AlarmHistoryItem>;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.#kept = kernel.store.collection("cloudwatch_history", "number");
    this.items.push(...this.#kept.values());
  }

  /** Adds an item. @param data JSON */
  add(alarm: Alarm, type: AlarmHistoryItem["type"], summary: string, data: string): void {
    const at = this.#kernel.clock.now();
    const item = { alarm: alarm.settings.name, kind: alarm.kind, at, type, summary, data };
    this.items.push(item);
    this.#kept.put(this.#kept.nextNumber(), item);
    if (this.items.length <= MAX_ITEMS) return;
    this.items.shift();
    const [oldest] = this.#kept.entries().next().value ?? [];
    if (oldest !== undefined) this.#kept.delete(oldest);
  }
}
