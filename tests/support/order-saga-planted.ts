import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { ledger } from "../../handlers/orders/payment/simulated/ledger.ts";
import { orderItem } from "../../handlers/orders/store/order-item.ts";
import { writeTogether } from "../../handlers/shared/transaction.ts";
import { SHARDS, type StepDeps, type Tamper } from "./order-saga-steps.ts";
import { ORDERS, PAYMENTS } from "./order-saga-tables.ts";

/** A bug that a step may have: what it does to the step's dependencies. */
export interface PlantedBug {
  name: string;
  tamper: Tamper;
}

const bug = (
  name: string,
  step: string,
  change: (deps: StepDeps, client: Parameters<Tamper>[2]) => Partial<StepDeps>,
): PlantedBug => ({
  name,
  tamper: (state, deps, client) => (state === step ? { ...deps, ...change(deps, client) } : deps),
});

let keys = 0;

/** Bugs that cost money or pieces, none of which shows while nothing goes wrong. */
export const plantedBugs: PlantedBug[] = [
  bug("a charge has another key at each try", "ChargePayment", ({ payments }) => ({
    payments: {
      ...payments,
      charge: (request) => payments.charge({ ...request, key: `${request.key}-${++keys}` }),
    },
  })),
  bug("a refund has another key at each try", "RefundPayment", ({ payments }) => ({
    payments: {
      ...payments,
      refund: (charge, refund) => payments.refund(charge, `${refund}-${++keys}`),
    },
  })),
  bug("a charge that is not there yet is not called off", "RefundPayment", (deps, client) => ({
    payments: {
      ...deps.payments,
      void: async (key) =>
        (await ledger(client, PAYMENTS).find(key))?.state === "CAPTURED" ? "CAPTURED" : "VOIDED",
    },
  })),
  bug("the fence is not written", "RefundPayment", ({ orders }) => ({
    orders: {
      ...orders,
      find: async (orderId) => {
        const order = await orders.find(orderId);
        const open = order && ["NONE", "CAPTURED"].includes(order.paymentStatus);
        return open && order.stockStatus !== "SOLD"
          ? { ...order, status: "PROCESSING", paymentStatus: "REFUND_PENDING" }
          : order;
      },
    },
  })),
  bug(
    "a sale does not ask whether the order has changed",
    "ConfirmOrder",
    ({ orders }, client) => ({
      orders: {
        ...orders,
        replace: async (_before, after, companions) => {
          const Put = { TableName: ORDERS, Item: orderItem(after, SHARDS) };
          await writeTogether(client, [{ Put }, ...companions.map(({ write }) => write)]);
          return true;
        },
      },
    }),
  ),
  bug("pieces are held apart from their order", "ReserveStock", ({ orders }, client) => ({
    orders: {
      ...orders,
      replace: async (before, after, companions) => {
        await writeTogether(
          client,
          companions.map(({ write }) => write),
        );
        return orders.replace(before, after, []);
      },
    },
  })),
  bug("pieces are not given back", "ReleaseStock", () => ({ settleStock: async () => [] })),
  bug("a rejection does not count as a version", "RejectOrder", ({ orders }, client) => ({
    orders: {
      ...orders,
      replace: async (before, after) => {
        const Item = orderItem({ ...after, version: before.version }, SHARDS);
        await client.send(new PutCommand({ TableName: ORDERS, Item }));
        return true;
      },
    },
  })),
];
