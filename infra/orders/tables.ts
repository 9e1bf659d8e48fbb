import type * as aws from "@pulumi/aws";
import { STATUS_INDEX } from "../../handlers/orders/store/contract.ts";
import type { Component } from "../aws/component.ts";
import { table } from "../aws/table.ts";

/** Where orders are kept: the pipeline stores them, and the order workflow completes or rejects them. */
export interface OrderTables {
  /** Orders with their records, and products. */
  orders: aws.dynamodb.Table;
  /** The ledger of the simulated payment provider. */
  payments: aws.dynamodb.Table;
}

/** The tables of orders and payments. */
export function orderTables(name: string, parent: Component): OrderTables {
  return {
    orders: table(
      name,
      {
        hashKey: "PK",
        rangeKey: "SK",
        attributes: [
          { name: "PK", type: "S" },
          { name: "SK", type: "S" },
          { name: "statusShard", type: "S" },
          { name: "createdAt", type: "S" },
        ],
        globalSecondaryIndexes: [
          {
            name: STATUS_INDEX,
            hashKey: "statusShard",
            rangeKey: "createdAt",
            projectionType: "ALL",
          },
        ],
        streamEnabled: true,
        streamViewType: "NEW_AND_OLD_IMAGES",
        ttl: { attributeName: "expiresAt", enabled: true },
      },
      parent,
    ),
    payments: table(
      `${name}-payments`,
      { hashKey: "id", attributes: [{ name: "id", type: "S" }] },
      parent,
    ),
  };
}
