import { clientsOf } from "../../cli/journey/clients.ts";
import { type Archive, gather, logGroupsOf } from "../../cli/journey/gather.ts";
import { isOver, missing } from "../../cli/journey/missing.ts";
import { journeyText } from "../../cli/journey/print.ts";
import { summary } from "../../cli/journey/summary.ts";
import { timeline } from "../../cli/journey/timeline.ts";
import { clientConfig } from "./in-memory-clients.ts";
import type { World } from "./world.ts";

const WEEK_MS = 7 * 86_400_000;

/** What happened to an order, told as `npm run journey` tells it. */
export async function story(world: World, orderId: string): Promise<string> {
  const allOutputs = Object.fromEntries(
    Object.entries(world.program.outputs).map(([name, { value }]) => [name, value]),
  );
  const aws = clientConfig(world) as never;
  const target = { name: "chaos", outputs: {}, allOutputs, secrets: new Set<string>(), aws };
  const groups = logGroupsOf(target);
  const writerOf = new Map(Object.entries(groups).map(([writer, group]) => [group, writer]));
  const archive: Archive = {
    stack: "chaos",
    clients: clientsOf(aws),
    tables: {
      orders: world.output("ordersTableName"),
      payments: world.output("paymentsTableName"),
    },
    stateMachineArn: world.output("orderRecoveryArn"),
    express: world.output("orderRecoveryArn") !== world.output("orderWorkflowArn"),
    window: { ms: WEEK_MS, name: "a week" },
    now: () => world.clock.now(),
    search: async (texts) =>
      world.lines.flatMap(({ group, message: text, timestamp: at }) => {
        const writer = writerOf.get(group);
        return writer && texts.some((it) => text.includes(it)) ? [{ at, writer, text }] : [];
      }),
  };
  const records = await gather(archive, orderId);
  const events = timeline(records);
  return journeyText({
    orderId,
    events,
    summary: summary(records, events),
    missing: missing(records, events),
    over: isOver(records, events),
  });
}
