import { type Bill, billOf, type Measured } from "./bill.ts";
import { measure } from "./measure.ts";
import { knownRegions, pricesDate, pricesOf } from "./prices.ts";
import { billText, dollars, table } from "./report.ts";
import { PROFILES, SUBJECTS } from "./subjects.ts";

const FEW = 10_000;
const MANY = 10_000_000;
const MILLION = 1_000_000;

type Result = Awaited<ReturnType<typeof measure>>;

/** The page docs/cost.md, from what was measured of each subject. */
export function costPage(measured: ReadonlyMap<string, Result>): string {
  const [region = ""] = knownRegions();
  const prices = pricesOf(region);
  const bill = (name: string, orders: number): Bill => {
    const found = measured.get(name);
    if (!found) throw new Error(`nothing was measured of ${name}`);
    return billOf(found as Measured, orders, prices);
  };
  const saving = (from: string, to: string, unit?: string) => {
    const perMillion = (name: string) =>
      bill(name, MANY)
        .lines.filter((line) => unit === undefined || line.unit === unit)
        .reduce((sum, { perOrder, price }) => sum + perOrder * price.perUnit * MILLION, 0);
    return dollars(perMillion(from) - perMillion(to));
  };
  const rows = SUBJECTS.map(([name, { body, door }]) => {
    const [few, many] = [bill(name, FEW), bill(name, MANY)];
    return [
      name,
      door,
      body,
      dollars(few.month),
      dollars(few.afterFree),
      dollars(many.month),
      dollars(many.perOrder * MILLION),
    ];
  });
  const heads = [
    "profile",
    "door",
    "body",
    "10,000 orders: $ a month",
    "after what is free",
    "10 million: $ a month",
    "$ per million orders, fixed part apart",
  ];
  return `<!-- Written by npm run cost -- --write. -->

# What an order costs

\`npm run cost\` runs orders through the local stack in virtual time, counts what AWS would bill for at each call, and multiplies by
the prices of [cli/cost/prices.json](../cli/cost/prices.json): ${region}, ${pricesDate()}. Of 100 orders 90 complete, 7 are declined and 3 are
charged and refunded. \`amount\` is an order of a total; \`lines\` one of a tracked product, whose customer is written to.

${table(heads, rows)}

The profiles are settings:

| profile | settings |
| --- | --- |
${PROFILES.map(([name, settings]) => {
  const set = Object.entries(settings).map(([key, value]) => `\`${key}: ${value}\``);
  return `| ${name} | ${set.join(", ")} |`;
}).join("\n")}

## How to read it

- Each order is counted alone, so nothing shares a batch: the queue's three requests, the stream's invocations and the pipe's
  events are those of a stack that is never busy. A busy one pays less.
- The duration of a function is its CPU time of [durations.json](../cli/cost/durations.json) times 1769 / memory, as Lambda gives a function
  of so many MB that share of a core, and 5 ms for each call of a service. Express duration is that of its tasks, and 5 ms for
  each of seven states, rounded up to 100 ms of 64 MB.
- X-Ray records the first request of each second and 5 % of the others, of each function and API that begins a trace.
- The fixed part is what is there without any order: alarms, the dashboard, metrics, keys, five long polls on the queue, four reads a
  second of each stream by a pipe, and the reconciler every five minutes.
- The simulated payment provider keeps its ledger in a table; a real one has fees instead.
- Left out: data that leaves AWS (the first 100 GB a month are free), what tables and logs store, backups.

## What was cut, and what it saved

| cut | $ per million orders |
| --- | ---: |
| the second record of a payment, which nobody read: 3 write units and one of the index, as its change was a transaction | 2.33 |
| \`order-events\` is invoked for changes of the status alone, not for a captured payment or released stock | 0.82 |
| \`orders:workflow: express\`: one start and its duration, in place of 8 to 11 transitions and their log | ${saving("standard", "express")} |
| \`functions:tracing: passThrough\`: a trace begins at an API, not at every function | ${saving("express", "lean", "xray.trace")} |
| \`logs:invocationLines: false\`: Lambda's own two lines of each invocation | ${saving("express", "lean", "logs.gb")} |

What they cost: an Express execution has no history to open, traces end where the request does, and “duration by function”
has no lines to count (the metric \`Duration\` has the same figures).

What did not pay: shorter attribute names (an order's item is well below the 1 KB of a write unit); 128 MB (it saves $0.14, and
makes each invocation some 15 ms longer: \`npm run bench:memory\`); waiting for batches (it makes every order wait). What is left
above $20 at the keyed door is its REST request, $3.50, of which the open HTTP door saves $2.50; the marks that keep an event from
being told twice; and the two index writes of each status, by which orders are listed.

${[...PROFILES]
  .flatMap(([name]) => [
    `## ${name}: 10 million orders a month\n\n${billText(bill(name, MANY))}`,
    `## ${name}: 10,000 orders a month\n\n${billText(bill(name, FEW))}`,
  ])
  .join("\n\n")}
`;
}

/** Measures everything that the page tells of, by name. */
export async function measureAll(): Promise<Map<string, Result>> {
  const measured = new Map<string, Result>();
  for (const [name, subject] of SUBJECTS) measured.set(name, await measure(subject));
  return measured;
}
