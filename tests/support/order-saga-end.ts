import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { MachineOutcome } from "local-aws/testing/state-machine";
import type { FailureReason } from "../../handlers/orders/contract/status.ts";
import type { LedgerEntry } from "../../handlers/orders/payment/simulated/ledger.ts";
import type { Order } from "../../handlers/orders/rules/order.ts";
import type { Product } from "../../handlers/orders/rules/product.ts";
import { orderOf } from "../../handlers/orders/store/order-item.ts";
import { ORDERS, PAYMENTS, type SagaTables } from "./order-saga-tables.ts";

/** What a walk is to end in. */
export interface Expectation {
  /** A fault that never passes may turn COMPLETED into FAILED; no other fault, and none the other way. */
  ends: "COMPLETED" | "FAILED" | "INVALID";
  /** Why it fails without faults. */
  reason?: FailureReason;
  /** Of an order that fails by name: the error that the execution ends with. */
  error?: string;
}

/** All that one walk has written, in order. */
export interface Written {
  orders: Order[];
  products: Product[];
  books: LedgerEntry[];
}

/** What was written to the tables from these positions on. */
export function writtenSince(tables: SagaTables, from: Record<string, number>): Written {
  const images = (table: string) =>
    tables.since(table, from[table] ?? 0).flatMap(({ dynamodb: { NewImage } }) => {
      // The engine names no types of values, the SDK does.
      return NewImage ? [unmarshall(NewImage as unknown as Image)] : [];
    });
  const stored = images(ORDERS);
  const keyed = (prefix: string) => stored.filter(({ SK }) => String(SK).startsWith(prefix));
  return {
    orders: keyed("ORDER#").map(orderOf),
    products: keyed("PRODUCT#") as Product[],
    // How often something was tried is none of the books.
    books: images(PAYMENTS).filter(({ state }) => state) as LedgerEntry[],
  };
}

type Image = Parameters<typeof unmarshall>[0];

const RANK = { PENDING: 0, PROCESSING: 1, COMPLETED: 2, FAILED: 2 };

/** Sentences on what is wrong with the end of a walk, and with the way there; none when all is well. */
export function endViolations(
  { ends, reason, error }: Expectation,
  { orders, products, books }: Written,
  run: { outcome: MachineOutcome | undefined; lastState: string; mayFail: boolean },
): string[] {
  const wrong: string[] = [];
  const expect = (holds: boolean, sentence: string) => void (holds || wrong.push(sentence));
  const order = orders.at(-1);
  const product = products.at(-1);
  const [first] = products;
  if (!run.outcome) return ["the execution does not end"];
  if (!order || !product || !first) return ["nothing was written"];
  const { outcome, lastState, mayFail } = run;

  const total = (state: string) =>
    books
      .filter((entry) => entry.state === state)
      .reduce((sum, { amountMinor = 0 }) => sum + amountMinor, 0);
  const captures = total("CAPTURED");
  const refunds = total("REFUNDED");
  const pieces = (order.items ?? []).reduce((sum, { quantity }) => sum + quantity, 0);
  const money = `captured ${captures}, refunded ${refunds} of ${order.totalMinor}`;
  const stock = `${product.free} free, ${product.held} held, ${product.sold} sold`;

  orders.forEach(({ version, status }, index) => {
    expect(version === index + 1, `version ${version} comes at place ${index + 1}`);
    const before = orders[index - 1]?.status;
    if (!before) return;
    const onward = RANK[status] >= RANK[before] && !(RANK[before] === 2 && status !== before);
    expect(onward, `the status goes from ${before} to ${status}`);
  });
  for (const { free, held, sold } of products) {
    expect(free + held + sold === first.free, `pieces come or go: ${free} + ${held} + ${sold}`);
    expect(Math.min(free, held, sold) >= 0, "there are fewer than no pieces");
  }
  expect(product.held === 0, `pieces stay held: ${stock}`);
  expect(captures === 0 || captures === order.totalMinor, `charged more than once: ${money}`);
  expect(refunds <= captures, `refunded more than was charged: ${money}`);
  expect(!(order.stockStatus === "SOLD" && refunds > 0), `sold and refunded: ${money}`);

  if (ends === "INVALID") {
    expect(orders.length === 1 && products.length === 1 && !books.length, "something was changed");
    expect(lastState === "InvalidRun", `an invalid run ends in ${lastState}`);
    expect(outcome.status === "FAILED", `an invalid run is ${outcome.status}`);
    expect(outcome.error === error, `an invalid run fails with ${outcome.error}`);
    return wrong;
  }
  expect(outcome.status === "SUCCEEDED", `the execution is ${outcome.status}: ${outcome.error}`);
  const allowed = mayFail ? [ends, "FAILED"] : [ends];
  expect(allowed.includes(order.status), `the order is ${order.status}, not ${ends}`);
  if (order.status === "COMPLETED") {
    expect(lastState === "OrderCompleted", `a completed order ends in ${lastState}`);
    expect(captures === order.totalMinor && refunds === 0, `completed, but ${money}`);
    expect(order.paymentStatus === "CAPTURED", `completed, but paid ${order.paymentStatus}`);
    expect(order.stockStatus === "SOLD", `completed, but its stock is ${order.stockStatus}`);
    expect(product.sold === pieces, `completed, but of ${pieces} pieces: ${stock}`);
  } else {
    expect(lastState === "OrderRejected", `a failed order ends in ${lastState}`);
    expect(captures === refunds, `failed, but ${money}`);
    const back = captures > 0 ? "REFUNDED" : "VOIDED";
    expect(order.paymentStatus === back, `failed, but paid ${order.paymentStatus}: ${money}`);
    expect(order.stockStatus === "RELEASED", `failed, but its stock is ${order.stockStatus}`);
    expect(product.free === first.free, `failed, but of ${pieces} pieces: ${stock}`);
    const reasons = [reason, ...(mayFail ? ["processing_error"] : [])];
    expect(reasons.includes(order.failureReason), `failed for ${order.failureReason}`);
  }
  return wrong;
}
