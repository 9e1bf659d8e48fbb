import { setTimeout as wait } from "node:timers/promises";
import { readArguments } from "command-text";
import { command } from "./command.ts";
import { archiveOf } from "./journey/archive.ts";
import type { Candidate } from "./journey/find-order.ts";
import { type Archive, gather, locate } from "./journey/gather.ts";
import { isOver, missing } from "./journey/missing.ts";
import { type Journey, journeyJson, journeyText } from "./journey/print.ts";
import { SearchProgress } from "./journey/search-progress.ts";
import { readWindow } from "./journey/search-window.ts";
import { summary } from "./journey/summary.ts";
import { timeline } from "./journey/timeline.ts";
import { findTarget, TARGET_HELP, TARGET_OPTIONS } from "./target.ts";

const HELP = `Prints everything that happened to an order, from the request to the last letter, in order of time.

  npm run journey -- ID [options]

  ID             an order id, Idempotency-Key, request id, or x-correlation-id
  --since TIME   how far back to search the logs: 90m, 24h, 3d   (24h)
  --json         print JSON
${TARGET_HELP}
It searches the logs of the order functions and APIs with up to three queries of CloudWatch Logs Insights, which AWS
bills by what they scan; the search begins where the order does, where its id is given. Nothing is changed.
`;

const OPTIONS = {
  ...TARGET_OPTIONS,
  since: { type: "string", default: "24h" },
  json: { type: "boolean", default: false },
} as const;

const FRESH_MS = 5 * 60_000;

// Announcements are gathered for a second before the function that publishes them runs.
const SETTLED_MS = 3_000;
const MAX_READS = 6;
const PAUSE_MS = 500;

await command(async () => {
  const { values, positionals } = readArguments({
    help: HELP,
    options: OPTIONS,
    maxPositionals: 1,
  });
  const [id] = positionals;
  if (!id || positionals.length > 1) {
    throw new Error("name one order: npm run journey -- ID; --help lists the kinds of ids");
  }
  const window = readWindow(values.since);
  const target = await findTarget(values);
  const progress = new SearchProgress(process.stderr, window);
  const archive = archiveOf(target, window, progress);
  const orders = await locate(archive, id).finally(() => progress.pause());
  const [order, another] = orders;
  if (!order || another) return listOrders(orders, id, values.json);

  const reads = target.aws.endpoint ? MAX_READS : 1;
  const journey = await readJourney(archive, order.orderId, reads).finally(() => progress.pause());
  progress.end();
  if (values.json) console.log(JSON.stringify(journeyJson(journey), undefined, 2));
  else process.stdout.write(journeyText(journey));
  if (!target.aws.endpoint && journey.missing.length > 0 && ageOf(journey) < FRESH_MS) {
    console.error(
      "log lines take a moment until CloudWatch finds them: try again in a few minutes",
    );
  }
});

/** An order's journey. That of an order which has just changed is read again while something is missing. */
async function readJourney(archive: Archive, orderId: string, reads: number): Promise<Journey> {
  const records = await gather(archive, orderId);
  const events = timeline(records);
  const journey = {
    orderId,
    events,
    summary: summary(records, events),
    missing: missing(records, events),
    over: isOver(records, events),
  };
  const whole = journey.missing.length === 0 || ageOf(journey) > SETTLED_MS;
  if (whole || reads <= 1) return journey;
  await wait(PAUSE_MS);
  return readJourney(archive, orderId, reads - 1);
}

function ageOf({ events }: Journey): number {
  return Date.now() - (events.at(-1)?.at ?? 0);
}

function listOrders(orders: readonly Candidate[], id: string, json: boolean): void {
  // As for nothing found: no journey was printed.
  process.exitCode = 1;
  if (json) {
    console.log(JSON.stringify({ id, orders: orders.map(told) }, undefined, 2));
    return;
  }
  console.log(`${id} matches ${orders.length} orders; name one: npm run journey -- ORDER\n`);
  for (const order of orders) console.log(`  ${told(order).orderId}  ${told(order).firstTold}`);
}

function told({ orderId, at }: Candidate): { orderId: string; firstTold: string } {
  return { orderId, firstTold: new Date(at).toISOString() };
}
