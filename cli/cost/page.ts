import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { type Bill, billOf } from "./bill.ts";
import { type MeasuredOrders, measure } from "./measure.ts";
import { knownRegions, pricesDate, pricesOf } from "./prices.ts";
import { billText, dollars, priceTable, table } from "./report.ts";
import { PROFILES, SUBJECTS, type SubjectName } from "./subjects.ts";

const FEW = 10_000;
const MANY = 10_000_000;
const MILLION = 1_000_000;

/** Settings that change what an order costs. */
const COST_SETTINGS = [
  "orders:workflow",
  "functions:tracing",
  "api:tracedPercent",
  "logs:invocationLines",
];

/** What was measured of each subject of the page. */
export type MeasuredSubjects = Record<SubjectName, MeasuredOrders>;

/** The page docs/cost.md, from what was measured of each subject. */
export function costPage(measured: MeasuredSubjects): string {
  const [region = ""] = knownRegions();
  const prices = pricesOf(region);
  const bill = (name: SubjectName, orders: number): Bill => billOf(measured[name], orders, prices);
  const perMillion = (name: SubjectName, unit?: string) =>
    bill(name, MANY)
      .lines.filter((line) => unit === undefined || line.unit === unit)
      .reduce((sum, { perOrder, price }) => sum + perOrder * price.perUnit * MILLION, 0);
  const saving = (from: SubjectName, to: SubjectName, unit?: string) =>
    dollars(perMillion(from, unit) - perMillion(to, unit));
  const rows = names(SUBJECTS).map((name) => {
    const { body, door } = SUBJECTS[name];
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

**$${dollars(perMillion("prod"))} per million orders** at the keyed door with the settings of \`Pulumi.prod.yaml\`, at 10 million orders a month; $${dollars(perMillion("prod, HTTP door"))} at the HTTP
API. Alarms, keys and whatever else costs the same without any order come on top: $${dollars(bill("prod", MANY).fixedMonth)} a month.

\`npm run cost\` runs orders through the local stack in virtual time, counts what AWS would bill for at each call, and multiplies by
the prices of [cli/cost/prices.json](../cli/cost/prices.json): ${region}, ${pricesDate()}. Of 100 orders 90 complete, 7 are declined and 3 are
charged and refunded. \`amount\` is an order of a total; \`lines\` one of a tracked product, whose customer is written to.

${table(heads, rows)}

A profile is a settings file, and what is set beside it. These settings change what an order costs; where a file does not have one,
its default counts:

${table(["setting", ...names(PROFILES)], COST_SETTINGS.map(settingRow))}

## How to read it

- Each order is counted alone, so nothing shares a batch with another order: the queue's three requests, the stream's invocation and
  the pipe's event are those of a stack that is never busy. A busy one pays less. An order that takes longer than a second, because
  its functions start cold or its provider is slow, is announced in up to three batches, and pays up to $3.12 per million more.
- The duration of a function is its CPU time of [durations.json](../cli/cost/durations.json) times 1769 / memory, as Lambda gives a function
  of so many MB that share of a core, and 5 ms for each call of a service. Express duration is that of its tasks, and 5 ms for
  each of seven states, rounded up to 100 ms of 64 MB.
- X-Ray records the first request of each second and 5 % of the others, of each function and API that begins a trace; where
  \`api:tracedPercent\` is set, that share of the requests to the REST APIs.
- The fixed part is what is there without any order: alarms, the dashboard, metrics, keys, five long polls on the queue, four reads a
  second of each stream by a pipe, and the reconciler every five minutes.
- The simulated payment provider keeps its ledger in a table; a real one has fees instead.
- Left out: data that leaves AWS (the first 100 GB a month are free), what tables and logs store, backups, requests to KMS.

## What was cut, and what it saved

By default, whatever the settings:

| cut | $ per million orders |
| --- | ---: |
| the second record of a payment, which nobody read: 3 write units and one of the index, as its change was a transaction | 2.33 |
| \`order-events\` is invoked for changes of the status alone, not for a captured payment or released stock | 0.82 |
| \`order-events\` waits a second for what else an order goes through: its events are looked up, published and marked together, with one mark for the order in place of three | 3.12 |
| metrics of one event are one line of log | 0.15 |

By settings:

| setting | default | in dev | in prod | $ per million orders that it saves |
| --- | --- | --- | --- | ---: |
| \`orders:workflow: express\`: one start and its duration, in place of 8 to 11 transitions and their log | yes | yes | yes | ${saving("prod, standard", "prod")} |
| \`functions:tracing: passThrough\`: a trace begins at an API, not at every function; and \`api:tracedPercent: 5\`, in place of the first request of each second | the first | no | yes | ${saving("dev", "prod", "xray.trace")} |
| \`logs:invocationLines: false\`: Lambda's own two lines of each invocation | yes | no | yes | ${saving("dev", "prod", "logs.gb")} |

What they cost: an event is told, and a letter written, up to a second later; an order takes no longer. An Express execution has no history to open
([operations.md](operations.md#an-orders-express-workflow)). Traces end where the request does, and 95 of 100 requests have none.
“duration by function” has no lines to count (the metric \`Duration\` has the same figures).

What did not pay: shorter attribute names (an order's item is well below the 1 KB of a write unit); 128 MB (it saves $0.14, and
makes each invocation some 15 ms longer: \`npm run bench:memory\`); waiting for batches at the queue (it makes every order wait). What is
left are the REST request ($3.50, of which the open HTTP door saves $2.50), a write of each change of an order, and the two index
writes of each status, by which orders are listed.

${(["prod", "prod, standard"] as const)
  .flatMap((name) => [
    `## ${name}: 10 million orders a month\n\n${billText(bill(name, MANY))}`,
    `## ${name}: 10,000 orders a month\n\n${billText(bill(name, FEW))}`,
  ])
  .join("\n\n")}

## Prices

The page of each row has the price; where somebody else confirms it, the row says who. A price that nobody was found to confirm is
marked: look it up before you rely on it.

${priceTable(region)}
`;
}

/** Measures everything that the page tells of, by name. */
export async function measureAll(): Promise<MeasuredSubjects> {
  const measured: Partial<MeasuredSubjects> = {};
  for (const name of names(SUBJECTS)) measured[name] = await measure(SUBJECTS[name]);
  return measured as MeasuredSubjects;
}

function names<Name extends string>(by: Readonly<Record<Name, unknown>>): Name[] {
  return Object.keys(by) as Name[];
}

function settingRow(setting: string): string[] {
  const values = names(PROFILES).map((name) => {
    const { stack, settings } = PROFILES[name];
    const beside: Record<string, string> = settings;
    return beside[setting] ?? settingsFile(stack)[setting] ?? "default";
  });
  return [`\`${setting}\``, ...values];
}

function settingsFile(stack: string): Record<string, string> {
  const path = new URL(`../../Pulumi.${stack}.yaml`, import.meta.url);
  return parse(readFileSync(path, "utf8")).config;
}
