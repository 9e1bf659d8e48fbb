import { isDeepStrictEqual } from "node:util";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { VirtualClock } from "local-aws/testing";
import {
  type ContextObject,
  detailsOf,
  type HistoryEvent,
  type InvokeTask,
  type MachineOutcome,
  type StateMachineDefinition,
  StatesError,
  startMachine,
  TaskTokens,
} from "local-aws/testing/state-machine";
import type { Order } from "../../handlers/orders/rules/order.ts";
import { orderItem } from "../../handlers/orders/store/order-item.ts";
import { products } from "../../handlers/orders/store/products.ts";
import { type Expectation, endViolations, writtenSince } from "./order-saga-end.ts";
import {
  type Fault,
  HAND_OVER,
  type Invocation,
  mayEndSale,
  PARK,
  type ParkFault,
  type PlannedFault,
  type StepFault,
} from "./order-saga-fault.ts";
import { SHARDS, stepHandler, type Tamper, watchedClient } from "./order-saga-steps.ts";
import { ORDERS, PAYMENTS, type SagaTables } from "./order-saga-tables.ts";

/** An order to walk with. */
export interface Scenario extends Expectation {
  name: string;
  /** Of the payment; decides what the provider does. */
  token?: string;
  /** Free pieces of the product; the order takes 2. */
  free: number;
  /** Input of the execution, where it is not the order's own. */
  input?: unknown;
}

/** What all walks have in common. */
export interface Saga {
  tables: SagaTables;
  definition: StateMachineDefinition;
  /** The Standard machine that the first one, an Express one, hands over to. */
  recovery?: StateMachineDefinition | undefined;
  /** Plants a bug. */
  tamper?: Tamper;
}

/** One walk through the workflow, from the start to the end and everything that comes too late. */
export interface Walk {
  plan: readonly PlannedFault[];
  invocations: Invocation[];
  /** The events of each execution. */
  runs: readonly (readonly HistoryEvent[])[];
  /** The events of the one that was handed over to; none where there was none. */
  recovery: readonly HistoryEvent[];
  /** What is wrong; empty when all is well. */
  violations: string[];
}

interface Stalled {
  lands: number | "end";
  fault: Fault;
  land(): Promise<void>;
}

const HOUR_MS = 3_600_000;
/** An order is late, and is sent on, after so long. */
const LATE_MS = HOUR_MS / 4;
const EXPRESS_SECONDS = 300;
const DAY_MS = 24 * HOUR_MS;
let walks = 0;

/** Walks once, with so many executions of the order: the faults of the plan happen, and nothing else goes wrong. */
export async function walkOrder(
  { tables, definition, recovery, tamper }: Saga,
  scenario: Scenario,
  plan: readonly PlannedFault[],
  copies = 1,
): Promise<Walk> {
  await tables.age();
  const from = { [ORDERS]: tables.end(ORDERS), [PAYMENTS]: tables.end(PAYMENTS) };
  const clock = new VirtualClock();
  const { orderId, createdAt } = await store(tables, scenario, clock);
  const tokens = new TaskTokens();
  const invocations: Invocation[] = [];
  let stalled: Stalled[] = [];
  let visits = 0;
  let ids = 0;
  const input = scenario.input ?? { orderId, createdAt };
  const runs: Run[] = [];
  let recovered: Run | undefined;

  const faultAt = (index: number, visit: number): Fault | undefined =>
    plan.find(({ at, fault }) => at === index || (fault.always && invocations[at]?.visit === visit))
      ?.fault;

  const landThose = async (due: (one: Stalled) => boolean) => {
    const landing = stalled.filter(due);
    stalled = stalled.filter((one) => !due(one));
    for (const one of landing) await one.land();
  };

  const park = async ({ Task }: ContextObject, fault: ParkFault | undefined) => {
    const token = Task?.Token ?? "";
    if (fault?.kind === "send fails") throw new StatesError("SQS.SdkClientException", "planted");
    const answerAfter = fault?.kind === "nobody answers" ? 2 * DAY_MS : HOUR_MS;
    clock.after(answerAfter, () => {
      if (fault?.kind === "token fails") tokens.fail(token, "StillRefused", "planted");
      else tokens.succeed(token, {});
    });
    if (fault?.kind === "send is lost") throw new StatesError("SQS.SdkClientException", "planted");
    if (fault?.kind === "sender hangs") return never;
    return { MessageId: token };
  };

  const handOver = async ({ Input }: { Input: unknown }, fault: ParkFault | undefined) => {
    if (fault?.kind === "send fails") throw planted("StepFunctions.SdkClientException");
    const known = recovered;
    if (known && (known.outcome || !isDeepStrictEqual(known.input, Input))) {
      throw new StatesError("StepFunctions.ExecutionAlreadyExistsException", "there is one");
    }
    if (recovery) recovered ??= start(recovery, Input);
    if (fault?.kind === "send is lost") throw planted("StepFunctions.SdkClientException");
    if (fault?.kind === "sender hangs") return never;
    return { ExecutionArn: "recovery" };
  };

  const runStep = async (invocation: Invocation, payload: unknown, fault?: StepFault) => {
    if (fault?.kind === "fails" && fault.after === 0) throw planted(fault.error);
    const resumed = Promise.withResolvers<void>();
    const written = Promise.withResolvers<void>();
    let stalls = false;
    const stall = async (lands: number | "end", fault: Fault) => {
      stalls = true;
      const land = async () => {
        resumed.resolve();
        await Promise.allSettled(invocation.writes === 0 ? [done] : [done, written.promise]);
      };
      stalled.push({ lands, fault, land });
      await resumed.promise;
    };
    const client = watchedClient(tables.client, clock, {
      before: async () => {
        invocation.writes += 1;
        if (fault?.kind === "hangs" && fault.before === invocation.writes) {
          await stall(fault.lands, fault);
        }
        const dies = fault?.kind === "fails" && typeof fault.after === "number";
        if (dies && invocation.writes > Number(fault.after)) throw planted(fault.error);
      },
      after: written.resolve,
    });
    const handler = stepHandler(invocation.state, client, clock, tamper);
    const work = async () => {
      if (fault?.kind === "hangs" && fault.before === 0) await stall(fault.lands, fault);
      return handler(payload);
    };
    const done = work();
    const [result] = await Promise.allSettled([done]);
    if (fault?.kind === "fails") throw planted(fault.error);
    if (fault?.kind === "hangs" && !stalls) return never;
    return answerOf(result);
  };

  const invoke: InvokeTask = async (_resource, payload, context, { onStarted }) => {
    onStarted?.();
    const state = context.State?.Name ?? "";
    const invocation: Invocation = { state, visit: visits, writes: 0 };
    const fault = faultAt(invocations.push(invocation) - 1, visits);
    await landThose(({ lands }) => lands === 0);
    try {
      if (state === PARK) return await park(context, fault as ParkFault | undefined);
      if (state === HAND_OVER) {
        return await handOver(payload as { Input: unknown }, fault as ParkFault | undefined);
      }
      const { Payload } = payload as { Payload: unknown };
      return await runStep(invocation, Payload, fault as StepFault | undefined);
    } finally {
      for (const one of stalled) {
        if (typeof one.lands === "number" && one.fault !== fault) one.lands -= 1;
      }
      await landThose((one) => one.lands === 0 && one.fault !== fault);
    }
  };

  const start = (machine: StateMachineDefinition, given: unknown): Run => {
    const run: Run = { input: given, events: [], outcome: undefined };
    const { events } = startMachine({
      definition: machine,
      input: given,
      clock,
      random: () => 0.5,
      newId: () => `token-${++ids}`,
      tokens,
      invoke,
      onEvent: ({ type }) => {
        if (type === "TaskStateEntered") visits += 1;
      },
      onEnd: (ended) => {
        run.outcome = ended;
      },
    });
    run.events = events;
    return run;
  };
  const first = recovery ? { ...definition, TimeoutSeconds: EXPRESS_SECONDS } : definition;
  for (let copy = 0; copy < copies; copy++) runs.push(start(first, input));
  if (recovery && scenario.ends !== "INVALID") {
    // The reconciler starts an order again that has come to no end, and that no execution can be found of.
    for (let attempt = 2; attempt < 4; attempt++) {
      await clock.advance(LATE_MS);
      const ended = runs.some(({ outcome: it }) => it?.status === "SUCCEEDED");
      if (!ended && !recovered) runs.push(start(first, input));
    }
  }
  await clock.advance(30 * DAY_MS);

  const over = runs.findLast(({ outcome: it }) => it?.status === "SUCCEEDED") ?? runs.at(-1);
  const last = recovered ?? over;
  const outcome = runs.some((one) => !one.outcome) ? undefined : last?.outcome;
  const lastState = String(
    detailsOf(last?.events.findLast(({ type }) => type.endsWith("StateEntered")) ?? NO_EVENT)[
      "name"
    ],
  );
  const run = { outcome, lastState, mayFail: plan.some(({ fault }) => mayEndSale(fault)) };
  const written = writtenSince(tables, from);
  const violations = endViolations(scenario, written, run);
  await landThose(() => true);
  await clock.advance(DAY_MS);
  const late = writtenSince(tables, from);
  if (!isDeepStrictEqual(late, written)) {
    violations.push("what comes after the end changes something");
    violations.push(...endViolations(scenario, late, run));
  }
  const all = runs.map(({ events }) => events);
  return { plan, invocations, runs: all, recovery: recovered?.events ?? [], violations };
}

/** One execution in a walk. */
interface Run {
  input: unknown;
  events: readonly HistoryEvent[];
  outcome: MachineOutcome | undefined;
}

const NO_EVENT: HistoryEvent = { timestamp: 0, type: "None", id: 0, previousEventId: 0 };
const never = new Promise<never>(() => {});
const planted = (error: string) => new StatesError(error, "planted");

function answerOf(result: PromiseSettledResult<unknown>): unknown {
  if (result.status === "fulfilled") {
    const Payload = JSON.parse(JSON.stringify(result.value ?? null));
    return { ExecutedVersion: "$LATEST", Payload, StatusCode: 200 };
  }
  const { name: errorType, message: errorMessage } = result.reason as Error;
  throw new StatesError(errorType, JSON.stringify({ errorType, errorMessage }));
}

/** Stores a new order and its product, each of its own. */
async function store(
  { client }: SagaTables,
  { token, free }: Scenario,
  clock: VirtualClock,
): Promise<Order> {
  const number = String(++walks).padStart(12, "0");
  const createdAt = new Date(clock.now()).toISOString();
  const productId = `mug-${number}`;
  const order: Order = {
    orderId: `00000000-0000-4000-8000-${number}`,
    createdAt,
    updatedAt: createdAt,
    status: "PENDING",
    version: 1,
    paymentStatus: "NONE",
    stockStatus: "NONE",
    door: "rest",
    correlationId: "request-1",
    currency: "EUR",
    totalMinor: 5_998,
    items: [{ productId, quantity: 2, priceMinor: 2_999 }],
    ...(token && { paymentToken: token }),
  };
  await client.send(new PutCommand({ TableName: ORDERS, Item: orderItem(order, SHARDS) }));
  await products({ client, tableName: ORDERS }).set(productId, { free }, createdAt);
  return order;
}
