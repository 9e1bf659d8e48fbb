import type { Target } from "../target.ts";
import { clientsOf } from "./clients.ts";
import { type Archive, isExpress, logGroupsOf } from "./gather.ts";
import type { SearchProgress } from "./search-progress.ts";

/** Where a stack's records of orders are. @throws Error when the stack is of a version without them. */
export function archiveOf(
  target: Target,
  window: Archive["window"],
  progress: SearchProgress,
): Archive {
  const { aws, name } = target;
  const output = (key: string) => {
    const value = target.outputs[key];
    if (value) return value;
    throw new Error(`${name} has no output ${key}; deploy this version, or restart npm start`);
  };
  const clients = clientsOf(aws);
  const groups = logGroupsOf(target);
  return {
    stack: name,
    clients,
    tables: { orders: output("ordersTableName"), payments: output("paymentsTableName") },
    stateMachineArn: output("orderRecoveryArn"),
    express: isExpress(target),
    window,
    now: Date.now,
    search: (texts, from) => progress.search({ logs: clients.logs, groups, from }, texts),
  };
}
