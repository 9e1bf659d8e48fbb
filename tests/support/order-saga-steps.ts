import { BatchGetCommand, type DynamoDBDocumentClient, GetCommand } from "@aws-sdk/lib-dynamodb";
import { type Clock, sleep } from "local-aws/testing";
import type { PaymentGateway } from "../../handlers/orders/payment/payment-gateway.ts";
import { ledger } from "../../handlers/orders/payment/simulated/ledger.ts";
import { simulatedGateway } from "../../handlers/orders/payment/simulated/simulated-gateway.ts";
import { createHandler as chargePayment } from "../../handlers/orders/saga/charge-payment.ts";
import { createHandler as confirmOrder } from "../../handlers/orders/saga/confirm-order.ts";
import { createHandler as refundPayment } from "../../handlers/orders/saga/refund-payment.ts";
import { createHandler as rejectOrder } from "../../handlers/orders/saga/reject-order.ts";
import { createHandler as releaseStock } from "../../handlers/orders/saga/release-stock.ts";
import { createHandler as reserveStock } from "../../handlers/orders/saga/reserve-stock.ts";
import { type OrderStore, orderStore } from "../../handlers/orders/store/orders.ts";
import {
  type HoldStock,
  holdStock,
  type SettleStock,
  settleStock,
} from "../../handlers/orders/store/stock.ts";
import { ORDERS, PAYMENTS } from "./order-saga-tables.ts";

/** What the steps need, taken together. */
export interface StepDeps {
  orders: OrderStore;
  holdStock: HoldStock;
  settleStock: SettleStock;
  payments: PaymentGateway;
  now(): Date;
}

/** Changes what a step is given: so a test plants a bug. */
export type Tamper = (state: string, deps: StepDeps, client: DynamoDBDocumentClient) => StepDeps;

type Handler = (input: unknown) => Promise<unknown>;

const handlers: Record<string, (deps: StepDeps) => Handler> = {
  ReserveStock: reserveStock,
  ChargePayment: chargePayment,
  ConfirmOrder: confirmOrder,
  RefundPayment: refundPayment,
  ReleaseStock: releaseStock,
  RejectOrder: rejectOrder,
};

export const SHARDS = 4;

/** The handler of a step as it is deployed, but on this client and this clock. */
export function stepHandler(
  state: string,
  client: DynamoDBDocumentClient,
  clock: Clock,
  tamper: Tamper = (_state, deps) => deps,
): Handler {
  const create = handlers[state];
  if (!create) throw new Error(`no handler is known for the state ${state}`);
  const now = () => new Date(clock.now());
  const table = { client, tableName: ORDERS };
  const deps: StepDeps = {
    orders: orderStore(table, SHARDS),
    holdStock: holdStock(table, { untrackedInStock: false, unpricedProducts: true }),
    settleStock: settleStock(table),
    payments: simulatedGateway({
      ledger: ledger(client, PAYMENTS),
      now,
      sleep: (ms) => sleep(clock, ms),
    }),
    now,
  };
  return create(tamper(state, deps, client));
}

/** A client that asks before each write whether it may be made, and tells when it was; the clock waits for requests. */
export function watchedClient(
  client: DynamoDBDocumentClient,
  clock: Clock,
  { before, after }: { before(): Promise<void>; after(): void },
): DynamoDBDocumentClient {
  const send = async (command: Parameters<DynamoDBDocumentClient["send"]>[0]) => {
    const reads = [GetCommand, BatchGetCommand].some((type) => command instanceof type);
    if (!reads) await before();
    try {
      return await clock.hold(client.send(command));
    } finally {
      if (!reads) after();
    }
  };
  return { send } as unknown as DynamoDBDocumentClient;
}
