import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readArguments } from "command-text";
import { command } from "./command.ts";
import { billOf } from "./cost/bill.ts";
import { measure } from "./cost/measure.ts";
import { BODIES, DOORS, ENDS, type Mix } from "./cost/orders.ts";
import { costPage, measureAll } from "./cost/page.ts";
import { knownRegions, pricesDate, pricesOf } from "./cost/prices.ts";
import { billText } from "./cost/report.ts";

const HELP = `Says what orders cost on AWS: runs some through the local stack in virtual time, counts what AWS would bill for, and
multiplies by the prices of cli/cost/prices.json. Nothing is sent to AWS.

  npm run cost -- [options]

  --orders N     orders a month   (10000000)
  --mix MIX      how orders end   (completed=90,declined=7,refunded=3)
  --body BODY    amount: a total; lines: a tracked product, and a customer who is written to   (amount)
  --door DOOR    the API that receives the orders: rest, http or direct   (rest)
  --stack NAME   settings from Pulumi.NAME.yaml   (dev)
  --set K=V      a setting beside those, e.g. --set orders:workflow=standard; may be repeated
  --region NAME  whose prices: ${knownRegions().join(" or ")}   (us-east-1)
  --write        measures every profile, and writes docs/cost.md
  --json         the counts and the bill as JSON
  --help         this text

Each order is counted alone, so nothing shares a batch: a busy stack pays less. Left out are data that leaves AWS (the
first 100 GB a month are free), what is stored in tables and logs, backups, and the fees of a payment provider, a mail
provider and domains. The durations of functions are those of cli/cost/durations.json.
`;
const OPTIONS = {
  orders: { type: "string", default: "10000000" },
  mix: { type: "string", default: "completed=90,declined=7,refunded=3" },
  body: { type: "string", default: "amount" },
  door: { type: "string", default: "rest" },
  stack: { type: "string", default: "dev" },
  set: { type: "string", multiple: true },
  region: { type: "string", default: "us-east-1" },
  write: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
} as const;

await command(async () => {
  const { values } = readArguments({ help: HELP, options: OPTIONS });
  if (values.write) return writePage();
  const orders = ordersOf(values.orders);
  const subject = {
    stack: values.stack,
    settings: settingsOf(values.set ?? []),
    body: oneOf("--body", BODIES, values.body),
    door: oneOf("--door", DOORS, values.door),
    mix: mixOf(values.mix),
  };
  const prices = pricesOf(values.region);
  const measured = await measure(subject);
  const bill = billOf(measured, orders, prices);
  if (values.json) {
    const counts = { perOrder: measured.perOrder.all, fixed: measured.fixed.all };
    return void console.log(JSON.stringify({ ...subject, region: values.region, counts, bill }));
  }
  const { body, door, stack } = subject;
  console.log(
    `${orders.toLocaleString("en-US")} orders a month, stack ${stack}, body ${body}, door ${door}, ${values.mix}; ` +
      `prices of ${values.region}, ${pricesDate()}\n\n${billText(bill)}`,
  );
});

async function writePage(): Promise<void> {
  writeFileSync(join(import.meta.dirname, "..", "docs", "cost.md"), costPage(await measureAll()));
  console.log("docs/cost.md is written");
}

function ordersOf(text: string): number {
  if (/^[1-9]\d{0,11}$/.test(text)) return Number(text);
  throw new Error(`--orders ${text}: it must be a whole number from 1`);
}

function oneOf<T extends string>(option: string, known: readonly T[], text: string): T {
  const found = known.find((one) => one === text);
  if (found) return found;
  throw new Error(`${option} ${text}: it must be ${known.join(" or ")}`);
}

function settingsOf(given: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    given.map((text) => {
      const [, name, value] = /^(\w+:\w+)=(.*)$/.exec(text) ?? [];
      if (name && value !== undefined) return [name, value];
      throw new Error(`--set ${text}: it must be namespace:name=value`);
    }),
  );
}

function mixOf(text: string): Mix {
  const shares = { completed: 0, declined: 0, refunded: 0 };
  for (const part of text.split(",")) {
    const [, name, share] = /^(\w+)=(\d+(?:\.\d+)?)$/.exec(part.trim()) ?? [];
    const end = ENDS.find((one) => one === name);
    if (!end) {
      throw new Error(`--mix ${part}: it must be ${ENDS.join(", ")} with a share, e.g. declined=7`);
    }
    shares[end] = Number(share);
  }
  const all = shares.completed + shares.declined + shares.refunded;
  if (all <= 0) throw new Error(`--mix ${text}: the shares must add up to more than 0`);
  return {
    completed: shares.completed / all,
    declined: shares.declined / all,
    refunded: shares.refunded / all,
  };
}
