import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  AlreadyCompleted,
  type Change,
  capture,
  complete,
  failureReasonOf,
  fence,
  hold,
  PaymentRisk,
  recordRefund,
  reject,
  release,
  WrongState,
} from "../../../../handlers/orders/rules/lifecycle.ts";
import type { Order } from "../../../../handlers/orders/rules/order.ts";

const test = suite("the rules of an order's life");

const fresh: Order = {
  orderId: "5f1c7a52-0c0e-4b5e-9d3f-6a1b2c3d4e5f",
  createdAt: "2026-01-01T00:00:00.000Z",
  updatedAt: "2026-01-01T00:00:00.000Z",
  status: "PENDING",
  version: 1,
  paymentStatus: "NONE",
  stockStatus: "NONE",
  door: "rest",
  correlationId: "request-1",
  currency: "EUR",
  totalMinor: 10_997,
};

type Part = Partial<Order>;
const held: Part = { status: "PROCESSING", stockStatus: "HELD" };
const paid: Part = { ...held, paymentStatus: "CAPTURED" };
const risky: Part = { ...paid, paymentRisk: "high" };
const sold: Part = { status: "COMPLETED", paymentStatus: "CAPTURED", stockStatus: "SOLD" };
const fencedEarly: Part = { status: "PROCESSING", paymentStatus: "REFUND_PENDING" };
const fenced: Part = { ...held, paymentStatus: "REFUND_PENDING" };
const refunded: Part = { ...held, paymentStatus: "REFUNDED" };
const voided: Part = { ...fencedEarly, paymentStatus: "VOIDED" };
const released: Part = { ...refunded, stockStatus: "RELEASED" };
const failed: Part = { ...released, status: "FAILED", failureReason: "payment_risk" };
const lives = {
  fresh: {},
  held,
  paid,
  risky,
  sold,
  fencedEarly,
  fenced,
  refunded,
  voided,
  released,
  failed,
};
type Life = keyof typeof lives;

/** The change that a rule makes of each life, "done", or the name of the error. */
function table(rule: (order: Order) => Change): Record<Life, unknown> {
  const rows = Object.entries(lives).map(([life, part]) => [life, outcome(rule, part)]);
  return Object.fromEntries(rows);
}

function outcome(rule: (order: Order) => Change, part: Part): unknown {
  try {
    return rule({ ...fresh, ...part });
  } catch (error) {
    return (error as Error).name;
  }
}

const never = Object.fromEntries(Object.keys(lives).map((life) => [life, "WrongState"]));

test("pieces are held for an order that has gone neither way", () => {
  assert.equal(table(hold), {
    ...never,
    fresh: { status: "PROCESSING", stockStatus: "HELD" },
    held: "done",
    paid: "done",
    risky: "done",
    sold: "done",
    fenced: "done",
    refunded: "done",
  });
});

test("money is captured for held pieces only, with the provider's doubts", () => {
  const late = { ...never, paid: "done", risky: "done", sold: "done" };
  assert.equal(
    table((order) => capture(order, undefined)),
    { ...late, held: { paymentStatus: "CAPTURED" } },
  );
  assert.equal(
    table((order) => capture(order, "high")),
    { ...late, held: { paymentStatus: "CAPTURED", paymentRisk: "high" } },
  );
});

test("only held pieces that are paid without doubts are sold", () => {
  assert.equal(table(complete), {
    ...never,
    paid: { status: "COMPLETED", stockStatus: "SOLD" },
    sold: "done",
    risky: "PaymentRisk",
  });
});

const turnBack = (order: Order) => fence(order, "out_of_stock");

test("the fence stands from anywhere but a sale, and stands once", () => {
  const change = {
    status: "PROCESSING",
    paymentStatus: "REFUND_PENDING",
    turnedBackFor: "out_of_stock",
  };
  assert.equal(table(turnBack), {
    fresh: change,
    held: change,
    paid: change,
    risky: change,
    sold: "AlreadyCompleted",
    fencedEarly: "done",
    fenced: "done",
    refunded: "done",
    voided: "done",
    released: "done",
    failed: "done",
  });
});

test("money is given back behind the fence only, and in one way", () => {
  assert.equal(
    table((order) => recordRefund(order, "REFUNDED")),
    {
      ...never,
      fencedEarly: { paymentStatus: "REFUNDED" },
      fenced: { paymentStatus: "REFUNDED" },
      refunded: "done",
      released: "done",
      failed: "done",
    },
  );
  assert.equal(
    table((order) => recordRefund(order, "VOIDED")),
    {
      ...never,
      fencedEarly: { paymentStatus: "VOIDED" },
      fenced: { paymentStatus: "VOIDED" },
      voided: "done",
    },
  );
});

test("pieces are released once the money is back, also where none were held", () => {
  assert.equal(table(release), {
    ...never,
    refunded: { stockStatus: "RELEASED" },
    voided: { stockStatus: "RELEASED" },
    released: "done",
    failed: "done",
  });
});

test("an order fails once its money and its pieces are back, and keeps its first reason", () => {
  assert.equal(
    table((order) => reject(order, "out_of_stock")),
    {
      ...never,
      released: { status: "FAILED", failureReason: "out_of_stock" },
      failed: "done",
    },
  );
});

test("an order fails for what it was turned back for, whatever another execution has come to", () => {
  const order: Order = { ...fresh, ...released, turnedBackFor: "out_of_stock" };
  assert.equal(reject(order, "processing_error"), {
    status: "FAILED",
    failureReason: "out_of_stock",
  });
});

test("an error that is no reason is a processing error", () => {
  assert.is(failureReasonOf("payment_declined"), "payment_declined");
  assert.is(failureReasonOf("WrongState"), "processing_error");
  assert.is(failureReasonOf(undefined), "processing_error");
});

test("an error names the order and how it stands", () => {
  const { orderId } = fresh;
  const errorOf = (rule: (order: Order) => Change, part: Part): unknown => {
    try {
      return rule({ ...fresh, ...part });
    } catch (error) {
      return error;
    }
  };
  assert.equal(
    errorOf(hold, voided),
    new WrongState(
      `cannot hold stock for order ${orderId}: it is PROCESSING, its payment VOIDED, its stock NONE`,
    ),
  );
  assert.equal(
    errorOf(complete, risky),
    new PaymentRisk(`the payment of order ${orderId} is risky`),
  );
  assert.equal(errorOf(turnBack, sold), new AlreadyCompleted(`order ${orderId} is sold`));
});

const forward: Record<string, (order: Order) => Change> = {
  hold,
  capture: (order) => capture(order, undefined),
  "capture at high risk": (order) => capture(order, "high"),
  complete,
};
const back: Record<string, (order: Order) => Change> = {
  turnBack,
  refund: (order) => recordRefund(order, "REFUNDED"),
  void: (order) => recordRefund(order, "VOIDED"),
  release,
  "reject as out of stock": (order) => reject(order, "out_of_stock"),
  "reject as declined": (order) => reject(order, "payment_declined"),
};
const rank = { PENDING: 0, PROCESSING: 1, COMPLETED: 2, FAILED: 2 };
const isBack = ({ paymentStatus }: Order) =>
  ["REFUND_PENDING", "REFUNDED", "VOIDED"].includes(paymentStatus);

/** The change, or nothing where the rule refuses or finds it done. Any other error is none of a rule's. */
function changeOf(rule: (order: Order) => Change, order: Order): Part | undefined {
  try {
    const change = rule(order);
    return change === "done" ? undefined : change;
  } catch (error) {
    const known = [WrongState, PaymentRisk, AlreadyCompleted].some((type) => error instanceof type);
    if (known) return undefined;
    throw error;
  }
}

/** What must never be, whatever came before. */
function checkState(order: Order, path: string): void {
  const { status, paymentStatus, stockStatus } = order;
  if (status === "FAILED") {
    assert.ok(["REFUNDED", "VOIDED"].includes(paymentStatus), `failed with its money: ${path}`);
    assert.is(stockStatus, "RELEASED", `failed with its pieces: ${path}`);
  }
  if (status === "COMPLETED") {
    assert.is(paymentStatus, "CAPTURED", `completed unpaid: ${path}`);
    assert.is(stockStatus, "SOLD", `completed without pieces: ${path}`);
    assert.is(order.paymentRisk, undefined, `completed at high risk: ${path}`);
  }
  if (stockStatus === "SOLD") assert.not(isBack(order), `sold and refunded: ${path}`);
}

test("no order of rules, however often each is applied, sells what is refunded or goes back in status", () => {
  const keyOf = ({ status, paymentStatus, stockStatus, paymentRisk, failureReason }: Order) =>
    [status, paymentStatus, stockStatus, paymentRisk, failureReason].join(" ");
  const paths = new Map([[keyOf(fresh), "new"]]);
  const endings = new Set<string>();
  let steps = 0;
  const queue = [fresh];
  for (let order = queue.shift(); order; order = queue.shift()) {
    const path = paths.get(keyOf(order)) ?? "";
    let moves = 0;
    for (const [name, rule] of Object.entries({ ...forward, ...back })) {
      const change = changeOf(rule, order);
      if (!change) continue;
      const after: Order = { ...order, ...change };
      const further = `${path}, ${name}`;
      moves += 1;
      assert.not.equal(after, order, `a change that changes nothing: ${further}`);
      assert.not(isBack(order) && name in forward, `forward behind the fence: ${further}`);
      assert.ok(rank[after.status] >= rank[order.status], `back in status: ${further}`);
      assert.is(rank[order.status] < 2, true, `an end that was none: ${further}`);
      checkState(after, further);
      if (paths.has(keyOf(after))) continue;
      paths.set(keyOf(after), further);
      queue.push(after);
    }
    steps += moves;
    if (moves === 0) endings.add(order.status);
  }
  console.log(`${paths.size} states and ${steps} changes between them explored`);
  assert.equal([...endings].sort(), ["COMPLETED", "FAILED"]);
  assert.is(paths.size, 22);
  assert.is(steps, 28);
});

test.run();
