import { GatewayError } from "../../gateway/gateway-error.ts";
import { type Throttle, TokenBucket } from "../../gateway/token-bucket.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { Collection } from "../../store/collection.ts";

/** A key that clients send in `x-api-key`. */
export interface ApiKey {
  id: string;
  name: string;
  value: string;
  enabled: boolean;
  /** Milliseconds since the epoch. */
  createdAt: number;
}

/** What the keys of a plan may call, and how often. */
export interface UsagePlan {
  id: string;
  name: string;
  stages: PlanStage[];
  /** For each key, over all of the plan's stages. */
  throttle?: Throttle;
  quota?: Quota;
}

/** A stage that a plan gives access to. */
export interface PlanStage {
  apiId: string;
  stage: string;
  /** Throttle of single methods by `/path/METHOD`, for each key; it replaces the plan's. */
  throttles: Readonly<Record<string, Throttle>>;
}

/** How many requests a key may make in a period. */
export interface Quota {
  limit: number;
  period: "DAY" | "WEEK" | "MONTH";
  /** Days into the week or month at which the period begins. */
  offset: number;
}

/** A request that carries a key. */
export interface KeyedRequest {
  apiId: string;
  stage: string;
  /** `/path/METHOD`. */
  method: string;
  /** Every value of `x-api-key`. */
  keys: readonly string[];
}

const DAY_MS = 86_400_000;

/** API keys, and what their usage plans allow them. */
export class UsagePlans {
  readonly #clock: Clock;
  readonly #keys = new Map<string, ApiKey>();
  readonly #plans = new Map<string, UsagePlan>();
  readonly #planIdsByKey = new Map<string, string[]>();
  readonly #buckets = new Map<string, TokenBucket>();
  readonly #used: Collection<string, { window: number; count: number }>;

  constructor({ clock, store }: Pick<Kernel, "clock" | "store">) {
    this.#clock = clock;
    this.#used = store.collection("apigateway_quotas");
  }

  get keys(): ApiKey[] {
    return [...this.#keys.values()];
  }

  get plans(): UsagePlan[] {
    return [...this.#plans.values()];
  }

  /** @throws Error when another key has the same value. */
  addKey(key: ApiKey): void {
    const twin = this.#keys.get(key.value);
    if (twin) throw new Error(`API key ${twin.name} has the same value already`);
    this.#keys.set(key.value, key);
  }

  addPlan(plan: UsagePlan): void {
    this.#plans.set(plan.id, plan);
  }

  /** @throws Error when the key or the plan is unknown, or the key reaches a stage through another plan. */
  addKeyToPlan(keyId: string, planId: string): void {
    const plan = this.#plans.get(planId);
    if (!plan) throw new Error(`there is no usage plan ${planId}`);
    if (!this.keys.some(({ id }) => id === keyId)) throw new Error(`there is no API key ${keyId}`);
    const others = this.#planIdsByKey.get(keyId) ?? [];
    for (const other of others) {
      const shared = plan.stages.find((stage) => this.#covers(other, stage.apiId, stage.stage));
      if (shared) {
        throw new Error(
          `the API key is in another usage plan of stage ${shared.apiId}:${shared.stage} already`,
        );
      }
    }
    this.#planIdsByKey.set(keyId, [...others, planId]);
  }

  /** Whether a key is in a plan. */
  holds(planId: string, keyId: string): boolean {
    return this.#planIdsByKey.get(keyId)?.includes(planId) ?? false;
  }

  /**
   * Counts one request of a key.
   *
   * @throws GatewayError `INVALID_API_KEY`, `THROTTLED` or `QUOTA_EXCEEDED`.
   */
  admit({ apiId, stage, method, keys }: KeyedRequest): ApiKey {
    const key = keys.length === 1 ? this.#keys.get(keys[0] ?? "") : undefined;
    if (!key?.enabled) {
      const what = keys.length > 1 ? "several keys" : keys.length === 0 ? "no key" : "a wrong key";
      throw refused(key ? `API key ${key.name} is disabled` : `${what} in x-api-key`);
    }
    const planId = this.#planIdsByKey.get(key.id)?.find((id) => this.#covers(id, apiId, stage));
    const plan = planId && this.#plans.get(planId);
    if (!plan) throw refused(`API key ${key.name} is in no usage plan of stage ${stage}`);

    const planStage = plan.stages.find((one) => one.apiId === apiId && one.stage === stage);
    const own = planStage?.throttles[method];
    const bucket = own
      ? `${plan.id}|${key.id}|${apiId}|${stage}|${method}`
      : `${plan.id}|${key.id}`;
    const throttle = own ?? plan.throttle;
    if (throttle && !this.#take(bucket, throttle)) {
      throw new GatewayError("THROTTLED", {
        reason: `API key ${key.name} is over ${throttle.rateLimit}/s of usage plan ${plan.name}`,
      });
    }
    this.#count(plan, key);
    return key;
  }

  #covers(planId: string, apiId: string, stage: string): boolean {
    const stages = this.#plans.get(planId)?.stages ?? [];
    return stages.some((one) => one.apiId === apiId && one.stage === stage);
  }

  #take(name: string, throttle: Throttle): boolean {
    let bucket = this.#buckets.get(name);
    if (!bucket) {
      bucket = new TokenBucket(this.#clock, throttle);
      this.#buckets.set(name, bucket);
    }
    return bucket.take();
  }

  #count(plan: UsagePlan, key: ApiKey): void {
    if (!plan.quota) return;
    const name = `${plan.id}|${key.id}`;
    const window = windowStart(plan.quota, this.#clock.now());
    const used = this.#used.get(name);
    const count = used?.window === window ? used.count : 0;
    const { limit, period } = plan.quota;
    if (count >= limit) {
      throw new GatewayError("QUOTA_EXCEEDED", {
        reason: `API key ${key.name} has used its ${limit} requests per ${period}`,
      });
    }
    this.#used.put(name, { window, count: count + 1 });
  }
}

/** When the period began that `now` is in; periods begin at midnight UTC. */
function windowStart({ period, offset }: Quota, now: number): number {
  const midnight = Math.floor(now / DAY_MS) * DAY_MS;
  if (period === "DAY") return midnight;
  const date = new Date(midnight);
  if (period === "WEEK") return midnight - ((date.getUTCDay() - offset + 7) % 7) * DAY_MS;
  const month = date.getUTCDate() - 1 < offset ? date.getUTCMonth() - 1 : date.getUTCMonth();
  return Date.UTC(date.getUTCFullYear(), month, 1 + offset);
}

function refused(reason: string): GatewayError {
  return new GatewayError("INVALID_API_KEY", { reason });
}
