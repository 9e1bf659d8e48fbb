import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { STATUS_INDEX } from "../../handlers/orders/store/contract.ts";
import { table } from "../aws/table.ts";
import { WatchedComponent } from "../aws/watched.ts";
import type { Settings } from "../settings.ts";

/** What the tables depend on. */
export interface OrderTablesArgs {
  settings: Pick<Settings, "tables">;
}

/** Where orders are kept: the pipeline takes them in, and the workflow takes them on. */
export class OrderTables extends WatchedComponent {
  /** Orders, and beside each what belongs to it; products. */
  readonly orders: aws.dynamodb.Table;
  /** The simulated payment provider's books. */
  readonly payments: aws.dynamodb.Table;

  constructor(name: string, args: OrderTablesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("commerce:infra:OrderTables", name, {}, opts);
    const { settings } = args;

    this.orders = table(
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
      settings.tables,
      this,
    );
    this.payments = table(
      `${name}-payments`,
      { hashKey: "id", attributes: [{ name: "id", type: "S" }] },
      settings.tables,
      this,
    );

    this.registerOutputs({ orders: this.orders.name, payments: this.payments.name });
  }
}

/** ARN of the index that lists orders by status. */
export function statusIndexArn(orders: aws.dynamodb.Table): pulumi.Output<string> {
  return pulumi.interpolate`${orders.arn}/index/${STATUS_INDEX}`;
}
