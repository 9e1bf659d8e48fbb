import { randomUUID } from "node:crypto";
import { Store } from "../store/store.ts";
import { type Clock, SystemClock } from "./clock.ts";
import { Dispatcher } from "./dispatcher.ts";
import { Credentials } from "./iam/credentials.ts";
import { PolicyStore } from "./iam/policy-store.ts";
import { MetricHub } from "./metrics/metric-hub.ts";
import { Outages } from "./outages.ts";
import { Trace } from "./trace.ts";

/** What every local service is built on. */
export interface Kernel {
  readonly account: string;
  readonly region: string;
  readonly clock: Clock;
  /** A number in [0, 1). Tests pass a seeded one. */
  readonly random: () => number;
  /** A new UUID. Tests pass a seeded one. */
  readonly newId: () => string;
  readonly trace: Trace;
  /** What services emit of themselves. */
  readonly metrics: MetricHub;
  readonly policies: PolicyStore;
  readonly credentials: Credentials;
  readonly dispatcher: Dispatcher;
  /** Resources that are out of service for a while. */
  readonly outages: Outages;
  /** Where all persistent state is kept. */
  readonly store: Store;
}

export interface KernelOptions {
  account?: string;
  region?: string;
  clock?: Clock;
  random?: () => number;
  newId?: () => string;
  /** @default one in memory */
  store?: Store;
}

/** Builds the parts that the services share. */
export function createKernel(options: KernelOptions = {}): Kernel {
  const {
    account = "000000000000",
    region = "eu-central-1",
    clock = new SystemClock(),
    random = Math.random,
    newId = randomUUID,
    store = new Store(),
  } = options;
  const trace = new Trace(clock);
  const metrics = new MetricHub();
  const policies = new PolicyStore(account);
  const credentials = new Credentials(newId);
  const outages = new Outages(clock);
  const dispatcher = new Dispatcher(policies, trace, newId, outages);
  return {
    account,
    region,
    clock,
    random,
    newId,
    trace,
    metrics,
    policies,
    credentials,
    dispatcher,
    outages,
    store,
  };
}
