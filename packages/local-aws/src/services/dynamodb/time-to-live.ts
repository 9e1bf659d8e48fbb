import { setImmediate } from "node:timers/promises";
import type { Clock, Timer } from "../../kernel/clock.ts";
import { ServiceError } from "../../kernel/service-error.ts";
import { validationError } from "./dynamo-error.ts";
import type { Engine } from "./engine.ts";
import { writeItem } from "./operations/single-write.ts";
import type { Table } from "./tables/table.ts";
import type { Item } from "./values/attribute-value.ts";

type Input = Record<string, unknown>;

/** When expired items are really deleted. */
export interface TimeToLiveOptions {
  /** How long they stay after their time: on AWS up to days, so nothing may rely on their going. @default 60 000 */
  delayMs?: number;
  /** How often the runtime looks. @default 60 000 */
  sweepMs?: number;
}

// Other requests run in between.
const MAX_PER_TURN = 250;
// An item that expired five years ago or earlier is kept.
const MAX_AGE_SECONDS = 5 * 365 * 24 * 60 * 60;

/** Deletes expired items, some time later. */
export class TimeToLive {
  readonly #engine: Engine;
  readonly #clock: Clock;
  readonly #delayMs: number;
  readonly #sweepMs: number;
  #timer: Timer | undefined;
  #isStopped = false;

  constructor(engine: Engine, clock: Clock, options: TimeToLiveOptions = {}) {
    this.#engine = engine;
    this.#clock = clock;
    this.#delayMs = options.delayMs ?? 60_000;
    this.#sweepMs = options.sweepMs ?? 60_000;
    this.watch();
  }

  /** DescribeTimeToLive. */
  describe({ TableName }: Input): Input {
    const { ttlAttribute: AttributeName } = this.#engine.tables.describe(TableName).settings;
    return {
      TimeToLiveDescription: AttributeName
        ? { TimeToLiveStatus: "ENABLED", AttributeName }
        : { TimeToLiveStatus: "DISABLED" },
    };
  }

  /** UpdateTimeToLive. */
  update({ TableName, TimeToLiveSpecification }: Input): Input {
    const { AttributeName: attribute, Enabled } = (TimeToLiveSpecification ?? {}) as {
      AttributeName?: string;
      Enabled?: boolean;
    };
    if (!attribute) {
      throw validationError(
        "1 validation error detected: Value '' at 'timeToLiveSpecification.attributeName' failed to satisfy constraint: Member must have length greater than or equal to 1",
      );
    }
    const table = this.#engine.tables.describe(TableName);
    const { ttlAttribute: known, ...settings } = table.settings;
    if (Enabled && known) throw validationError("TimeToLive is already enabled");
    if (!Enabled && !known) throw validationError("TimeToLive is already disabled");
    if (!Enabled && known !== attribute) {
      throw validationError(
        `TimeToLive is active on a different AttributeName: current AttributeName is ${known}`,
      );
    }
    if (!Enabled) table.items.neverExpire();
    this.#engine.tables.change(table, {
      ...settings,
      ...(Enabled && { ttlAttribute: attribute }),
    });
    this.watch();
    return { TimeToLiveSpecification };
  }

  /** Starts to look for expired items if a table has a TTL attribute. */
  watch(): void {
    if (!this.#timer && !this.#isStopped && this.#tables().length > 0) this.#arm();
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  /** Deletes expired items some at a time, so that other requests run in between; returns how many were deleted. */
  async sweep(): Promise<number> {
    const due = Math.floor((this.#clock.now() - this.#delayMs) / 1000);
    let deleted = 0;
    for (const { name } of this.#tables()) {
      let after = due - MAX_AGE_SECONDS;
      for (;;) {
        // It may have been deleted or replaced since the last turn.
        const table = this.#engine.tables.find(name);
        const { ttlAttribute } = table?.settings ?? {};
        if (!table || ttlAttribute === undefined) break;
        const items = table.items.expiringBy(ttlAttribute).due(after, due, MAX_PER_TURN);
        const before = deleted;
        for (const item of items) if (this.#delete(table, item, due)) deleted++;
        if (items.length < MAX_PER_TURN) break;
        // Those that stay must not come again.
        if (deleted === before) after = Number(items.at(-1)?.[ttlAttribute]?.N);
        await setImmediate();
      }
    }
    return deleted;
  }

  #tables(): Table[] {
    return this.#engine.tables.all.filter(({ settings }) => settings.ttlAttribute !== undefined);
  }

  #arm(): void {
    this.#timer = this.#clock.after(
      this.#sweepMs,
      () => this.#clock.hold(this.#sweepAndWatch()),
      "the sweep of items whose time to live is over",
    );
  }

  async #sweepAndWatch(): Promise<void> {
    try {
      await this.sweep();
    } finally {
      this.#timer = undefined;
      this.watch();
    }
  }

  #delete(table: Table, item: Item, due: number): boolean {
    const request = {
      TableName: table.name,
      Key: table.keyOf(item),
      // Its expiry time may have been extended since.
      ConditionExpression: "#t <= :due",
      ExpressionAttributeNames: { "#t": table.settings.ttlAttribute },
      ExpressionAttributeValues: { ":due": { N: String(due) } },
    };
    try {
      writeItem(this.#engine, "Delete", request, true);
      return true;
    } catch (error) {
      const isKept =
        error instanceof ServiceError && error.code === "ConditionalCheckFailedException";
      if (isKept) return false;
      throw error;
    }
  }
}
