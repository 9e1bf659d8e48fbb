import type { Clock, Timer } from "../../kernel/clock.ts";
import type { Item } from "./dynalite.ts";
import { validationError } from "./dynamo-error.ts";
import type { Engine } from "./engine.ts";

/** When items whose time is up really go. */
export interface TimeToLiveOptions {
  /** How long they stay after their time: on AWS up to days, so nothing may rely on their going. @default 60 000 */
  delayMs?: number;
  /** How often the runtime looks. @default 60 000 */
  sweepMs?: number;
}

// An item whose time was up five years ago or more is left alone.
const OLDEST_SECONDS = 5 * 365 * 24 * 60 * 60;

/** Deletes items whose time is up, some while later. */
export class TimeToLive {
  readonly #engine: Engine;
  readonly #clock: Clock;
  readonly #delayMs: number;
  readonly #sweepMs: number;
  readonly #attributes = new Map<string, string>();
  #timer: Timer | undefined;

  constructor(engine: Engine, clock: Clock, options: TimeToLiveOptions = {}) {
    this.#engine = engine;
    this.#clock = clock;
    this.#delayMs = options.delayMs ?? 60_000;
    this.#sweepMs = options.sweepMs ?? 60_000;
  }

  /** Switches it on or off for a table. */
  set(table: string, attribute: string, enabled: boolean): void {
    const known = this.#attributes.get(table);
    if (enabled && known) throw validationError("TimeToLive is already enabled");
    if (!enabled && !known) throw validationError("TimeToLive is already disabled");
    if (enabled) this.#attributes.set(table, attribute);
    else this.#attributes.delete(table);
    if (enabled && !this.#timer) this.#arm();
  }

  /** The attribute that holds an item's time, in epoch seconds; undefined where it is off. */
  attributeOf(table: string): string | undefined {
    return this.#attributes.get(table);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#attributes.clear();
  }

  /** Deletes what is due now; answers how many items went. */
  async sweep(): Promise<number> {
    const due = Math.floor((this.#clock.now() - this.#delayMs) / 1000);
    let deleted = 0;
    for (const [table, attribute] of this.#attributes) {
      for (const item of await this.#dueItems(table, attribute, due)) {
        if (await this.#delete(table, attribute, item, due)) deleted++;
      }
    }
    return deleted;
  }

  #arm(): void {
    this.#timer = this.#clock.after(this.#sweepMs, async () => {
      if (this.#attributes.size === 0) {
        this.#timer = undefined;
        return;
      }
      await this.sweep();
      this.#arm();
    });
  }

  async #dueItems(table: string, attribute: string, due: number): Promise<Item[]> {
    const items: Item[] = [];
    let ExclusiveStartKey: unknown;
    do {
      const request = {
        TableName: table,
        FilterExpression: "#t <= :due AND #t > :oldest",
        ExpressionAttributeNames: { "#t": attribute },
        ExpressionAttributeValues: {
          ":due": { N: String(due) },
          ":oldest": { N: String(due - OLDEST_SECONDS) },
        },
        ...(ExclusiveStartKey ? { ExclusiveStartKey } : {}),
      };
      const page = await this.#engine.run("Scan", this.#engine.validate("Scan", request));
      items.push(...(page["Items"] as Item[]));
      ExclusiveStartKey = page["LastEvaluatedKey"];
    } while (ExclusiveStartKey);
    return items;
  }

  async #delete(table: string, attribute: string, item: Item, due: number): Promise<boolean> {
    const names = this.#engine.schemaOf(table)?.KeySchema.map((key) => key.AttributeName) ?? [];
    const request = {
      TableName: table,
      Key: Object.fromEntries(names.map((name) => [name, item[name]])),
      // Somebody may have given it more time since.
      ConditionExpression: "#t <= :due",
      ExpressionAttributeNames: { "#t": attribute },
      ExpressionAttributeValues: { ":due": { N: String(due) } },
    };
    const data = this.#engine.validate("DeleteItem", request);
    try {
      await this.#engine.run("DeleteItem", data, this.#engine.view({ byService: true }));
      return true;
    } catch (error) {
      if ((error as { code?: string }).code === "ConditionalCheckFailedException") return false;
      throw error;
    }
  }
}
