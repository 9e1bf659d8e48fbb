import type { Clock } from "./clock.ts";
import type { Caller } from "./service.ts";
import { ServiceError } from "./service-error.ts";

interface Outage {
  /** By the runtime's clock. */
  until: number;
  /** The error message. */
  why: string;
}

/** Resources that are out of service for a while, so that people see how a stack copes. */
export class Outages {
  readonly #clock: Clock;
  readonly #outages = new Map<string, Outage>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Makes every call of a role on a resource fail for some time. */
  begin(resource: string, ms: number, why: string): void {
    this.#outages.set(resource, { until: this.#clock.now() + ms, why });
  }

  /** The error of a call on a resource that is out of service; the person at the keyboard gets through. */
  errorOf(resource: string, { kind }: Caller): ServiceError | undefined {
    if (this.#outages.size === 0 || kind === "administrator") return undefined;
    const outage = this.#outages.get(resource);
    if (!outage) return undefined;
    if (outage.until > this.#clock.now()) {
      return new ServiceError("InternalServerError", outage.why, 500);
    }
    this.#outages.delete(resource);
    return undefined;
  }
}
