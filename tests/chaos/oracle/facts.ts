import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { Evidence } from "../evidence.ts";
import { type Client, mailOf } from "../workload.ts";

/** An order as the table has it. */
export interface OrderItem {
  orderId: string;
  createdAt: string;
  status: string;
  version: number;
  paymentStatus: string;
  stockStatus: string;
  totalMinor: number;
  currency: string;
  customerEmail?: string;
  failureReason?: string;
  /** Why it is no order of its key. */
  conflict?: string;
  door?: string;
  statusShard: string;
  items?: { productId: string; quantity: number }[];
}

/** An entry in the books of the payment provider. */
export interface LedgerItem {
  id: string;
  state: string;
  amountMinor?: number;
  token?: string;
}

/** An execution of a workflow. */
export interface Run {
  name: string;
  status: string;
  /** Undefined of an Express execution, which nobody can ask for it. */
  input: string | undefined;
  machine: { arn: string };
}

type Row = Record<string, unknown>;

/** What the stores say at the end, made easy to look up. */
export interface Facts {
  evidence: Evidence;
  rows: Row[];
  orders: Map<string, OrderItem>;
  ledger: Map<string, LedgerItem>;
  /** The order that an id stands for, of ids that have no order of their own. */
  aliases: Map<string, string>;
  /** Every version that each order had, in the order of the stream. */
  versions: Map<string, OrderItem[]>;
  /** Ids of orders that were removed. */
  removed: string[];
  runs: Map<string, Run[]>;
  /** Clients by the addresses that they order with. */
  byMail: Map<string, Client>;
  /** Orders by the address of the customer. */
  ordersOf(mail: string): OrderItem[];
}

/** Reads all stores. */
export async function readFacts(evidence: Evidence): Promise<Facts> {
  const { clients, history } = evidence;
  const rows = await scan(evidence, "ordersTableName");
  const orders = new Map<string, OrderItem>();
  const mails = new Map<string, OrderItem[]>();
  for (const row of rows.filter(isOrder)) {
    const order = row as unknown as OrderItem;
    orders.set(order.orderId, order);
    const { customerEmail = "" } = order;
    mails.set(customerEmail, [...(mails.get(customerEmail) ?? []), order]);
  }
  const payments = await scan(evidence, "paymentsTableName");
  const versions = new Map<string, OrderItem[]>();
  const removed: string[] = [];
  for (const { dynamodb } of history) {
    const image = unmarshall((dynamodb.NewImage ?? dynamodb.OldImage ?? {}) as never);
    if (!isOrder(image)) continue;
    const version = image as unknown as OrderItem;
    if (!dynamodb.NewImage) removed.push(version.orderId);
    else versions.set(version.orderId, [...(versions.get(version.orderId) ?? []), version]);
  }
  const byMail = new Map<string, Client>();
  for (const client of clients) {
    byMail.set(mailOf(client.plan), client);
    byMail.set(mailOf(client.plan, "other"), client);
  }
  return {
    evidence,
    rows,
    orders,
    ledger: new Map(payments.map((row) => [String(row["id"]), row as unknown as LedgerItem])),
    aliases: new Map(
      rows
        .filter(({ SK }) => SK === "ALIAS")
        .map((row) => [String(row["PK"]).slice("ORDER#".length), String(row["orderId"])]),
    ),
    versions,
    removed,
    runs: runsByOrder(evidence),
    byMail,
    ordersOf: (mail) => mails.get(mail) ?? [],
  };
}

/** Every item of a table that the program names. */
export async function scan({ world }: Evidence, table: string): Promise<Row[]> {
  const TableName = world.output(table);
  const found: Row[] = [];
  let ExclusiveStartKey: unknown;
  do {
    const page: { Items: object[]; LastEvaluatedKey?: unknown } = await world.call(
      "dynamodb",
      "Scan",
      { TableName, ...(ExclusiveStartKey !== undefined && { ExclusiveStartKey }) },
    );
    found.push(...page.Items.map((item) => unmarshall(item as never)));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
  return found;
}

/** The executions of every workflow. */
export function allRuns({ world }: Evidence): Run[] {
  return world.services.states.contents();
}

/** Whether orders' workflows are Express ones. */
export function isExpress({ world }: Evidence): boolean {
  return world.output("orderRecoveryArn") !== world.output("orderWorkflowArn");
}

function runsByOrder(evidence: Evidence): Map<string, Run[]> {
  const found = new Map<string, Run[]>();
  const add = (run: Run, name = run.name) => {
    const [, orderId] = /^order-([0-9a-f-]{36})/.exec(run.name) ?? [];
    if (orderId) found.set(orderId, [...(found.get(orderId) ?? []), { ...run, name }]);
  };
  const { expressRuns } = evidence.world;
  for (const [arn, { ended }] of expressRuns ?? []) {
    const status = ended ? "ENDED" : "RUNNING";
    add({ name: arn.split(":").at(-2) ?? "", status, input: undefined, machine: { arn } });
  }
  // Of a program with Express workflows, Standard ones are those that were handed over to.
  const handedOver = isExpress(evidence);
  for (const run of allRuns(evidence)) add(run, handedOver ? `recovery-${run.name}` : run.name);
  return found;
}

function isOrder(row: Row): boolean {
  return String(row["PK"] ?? "").startsWith("ORDER#") && row["SK"] === row["PK"];
}
