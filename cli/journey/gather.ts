import type { Target } from "../target.ts";
import type { Clients } from "./clients.ts";
import { type Candidate, nothingFound, ordersNamed, relatedIds } from "./find-order.ts";
import { type FoundLine, readLines } from "./log-line.ts";
import { findOrderId, type OrderTables, readItems } from "./read-items.ts";
import { readRuns } from "./read-runs.ts";
import type { SearchWindow } from "./search-window.ts";
import type { OrderRecords } from "./timeline.ts";

/** Where the records of orders are, and how to search the logs from a moment on. */
export interface Archive {
  stack: string;
  clients: Clients;
  tables: OrderTables;
  /** The machine whose executions can be described. */
  stateMachineArn: string;
  /** Whether orders' workflows are Express ones, whose steps are known from log lines only. */
  express: boolean;
  window: SearchWindow;
  search(texts: readonly string[], from: number): Promise<FoundLine[]>;
  now(): number;
}

/** Log groups that hold lines of orders, by their names in the stack output. */
const WRITERS = [
  "ordersApiAccess",
  "ordersHttpApiAccess",
  "placeOrder",
  "acceptOrder",
  "processOrder",
  "reserveStock",
  "chargePayment",
  "confirmOrder",
  "refundPayment",
  "releaseStock",
  "rejectOrder",
  "orderEvents",
  "notifyCustomer",
  "reconcile",
];

// A request comes a moment before its order.
const BEFORE_ORDER_MS = 60_000;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether orders' workflows are Express ones, so that their steps alone are known. */
export function isExpress({ outputs }: Pick<Target, "outputs">): boolean {
  return outputs["orderRecoveryArn"] !== outputs["orderWorkflowArn"];
}

/** Physical names of the log groups to search. @throws Error when the stack is of a version without them. */
export function logGroupsOf(target: Target): Record<string, string> {
  const { name, allOutputs } = target;
  const groups = (allOutputs["logGroupNames"] ?? {}) as Record<string, string>;
  // A Standard workflow's executions have a history.
  const writers = isExpress(target) ? [...WRITERS, "orderWorkflow"] : WRITERS;
  const found = writers.flatMap((writer) => {
    const group = groups[writer];
    return group ? [[writer, group] as const] : [];
  });
  if (found.length === writers.length) return Object.fromEntries(found);
  const lacking = writers.filter((writer) => !groups[writer]);
  throw new Error(
    `${name} has no log group of ${lacking.join(", ")} in its output logGroupNames; deploy this version with npx pulumi up, or restart npm start`,
  );
}

/**
 * The orders of an id: order id, idempotency key, request id or correlation id.
 *
 * @throws Error when there is none.
 */
export async function locate(archive: Archive, id: string): Promise<Candidate[]> {
  const { clients, tables, search, now, window, stack } = archive;
  if (UUID.test(id)) {
    const orderId = await findOrderId(clients.tables, tables.orders, id);
    if (orderId) return [{ orderId, at: 0 }];
  }
  const lines = readLines(await search([id], now() - window.ms));
  const found = ordersNamed(lines, id);
  // A message that was brought to an earlier order names both; the later one never came to be.
  const aliases = new Set(lines.handler.flatMap(({ fields }) => fields["requestedAs"] ?? []));
  const orders = found.filter(({ orderId }) => !aliases.has(orderId));
  if (orders.length > 0) return orders;
  throw new Error(nothingFound(lines, id, { stack, since: window.name }));
}

/** Everything that tables, workflow and logs know of an order. */
export async function gather(archive: Archive, orderId: string): Promise<OrderRecords> {
  const { clients, tables, stateMachineArn, express, search, now, window } = archive;
  const items = await readItems(clients.tables, tables, orderId);
  const created = Date.parse(items.order?.createdAt ?? "");
  const earliest = now() - window.ms;
  const from = Math.max(earliest, Number.isNaN(created) ? 0 : created - BEFORE_ORDER_MS);
  const [runs, own] = await Promise.all([
    readRuns(clients.states, stateMachineArn, orderId),
    search([orderId], from),
  ]);
  const related = await search(relatedIds(readLines(own), orderId), from);
  return {
    orderId,
    items,
    lines: readLines([...own, ...related]),
    runs,
    express,
    unsearched: created < earliest,
  };
}
