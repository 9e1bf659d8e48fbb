import { knownName, readArguments } from "command-text";
import { command } from "./command.ts";
import { type Clients, clientsOf } from "./dlq/clients.ts";
import { type DeadLetterQueue, deadLetterQueues } from "./dlq/dead-letter-queues.ts";
import { deleteMessage, holdFor } from "./dlq/held-messages.ts";
import { type Case, type Inspection, inspect } from "./dlq/inspect.ts";
import {
  caseJson,
  caseText,
  type Inspected,
  listJson,
  listText,
  planText,
  printable,
  summaryText,
} from "./dlq/print.ts";
import { DEFAULT_MAX, emptyTally, redriveQueue, type Tally } from "./dlq/redrive-queue.ts";
import { findTarget, TARGET_HELP, TARGET_OPTIONS } from "./target.ts";

const HELP = `Inspects the messages in dead-letter queues, and redrives them.

  npm run dlq -- COMMAND [options]

  list                    failed messages by queue: count and reason
  show --queue NAME       each message in full; nothing is removed
  redrive                 sends messages back to their source or function, then deletes them
  drop --queue NAME --id ID --yes
                          deletes a message that cannot be redriven

npm run dlq -- COMMAND --help has the options.
`;

const COMMON_HELP = TARGET_HELP;

const LOOKING = `Messages are invisible to other consumers while they are read, and their receive count rises.
`;

const COMMANDS: Readonly<Record<string, { run(work: Work): Promise<void>; help: string }>> = {
  list: {
    run: list,
    help: `Lists the dead-letter, on-failure and parked queues with their messages, grouped by reason.

  npm run dlq -- list [options]

  --queue NAME   only this queue
  --max N        read up to N messages of a queue            (1000)
  --json         print JSON
${COMMON_HELP}
${LOOKING}`,
  },
  show: {
    run: show,
    help: `Shows each message of a queue: why it is there, what a redrive would do, attributes and body.

  npm run dlq -- show --queue NAME [options]

  --queue NAME   the queue
  --id ID        only the message with this id
  --max N        read up to N messages                       (1000)
  --json         print JSON
${COMMON_HELP}
${LOOKING}`,
  },
  redrive: {
    run: redrive,
    help: `Sends messages back to their source or function, oldest first, and deletes each after it was sent.

  npm run dlq -- redrive [options]

  --queue NAME   only this queue
  --reason TEXT  only messages whose reason contains TEXT
  --max N        at most N messages of a queue, e.g. 1 to try
  --dry-run      only print what would be done
${COMMON_HELP}
An interrupted redrive may send a message twice, but never loses one; messages that it had received become visible again
after ten minutes. Exit code 1 means that some could not be sent; they are kept.
`,
  },
  drop: {
    run: drop,
    help: `Deletes one message permanently, e.g. one that cannot be redriven.

  npm run dlq -- drop --queue NAME --id ID --yes [options]

  --queue NAME   the queue
  --id ID        id of the message, as show prints it
  --yes          confirms it
  --max N        look for it among up to N messages          (1000)
${COMMON_HELP}`,
  },
};

const OPTIONS = {
  ...TARGET_OPTIONS,
  queue: { type: "string" },
  id: { type: "string" },
  reason: { type: "string" },
  max: { type: "string" },
  json: { type: "boolean", default: false },
  "dry-run": { type: "boolean", default: false },
  yes: { type: "boolean", default: false },
} as const;

type Values = ReturnType<typeof readArguments<{ help: string; options: typeof OPTIONS }>>["values"];

interface Work {
  clients: Clients;
  queues: DeadLetterQueue[];
  values: Values;
  max: number | undefined;
}

// Long enough to read a full queue, and soon over where that is broken off.
const LOOK_SECONDS = 60;
const POLL_MS = 1_000;

await command(async () => {
  const { values, positionals } = readArguments({
    help: ([name = ""]) => COMMANDS[name]?.help ?? HELP,
    options: OPTIONS,
    maxPositionals: 1,
  });
  const [name] = positionals;
  if (name === undefined) return void process.stdout.write(HELP);
  const chosen = COMMANDS[knownName("command", name, Object.keys(COMMANDS))];
  if (!chosen) return;
  const max = positiveNumber(values.max);
  if ((name === "show" || name === "drop") && !values.queue) {
    throw new Error(`${name} needs --queue NAME; npm run dlq -- list prints the names`);
  }
  const target = await findTarget(values);
  const clients = clientsOf(target.aws);
  const queues = await deadLetterQueues(clients.sqs, target, values.queue);
  await chosen.run({ clients, queues, values, max });
});

async function list({ clients, queues, values, max }: Work): Promise<void> {
  const inspected = await Promise.all(
    queues.map(async (queue) => ({ queue, ...(await look(clients, queue, max)) })),
  );
  if (values.json) return print(inspected.map(listJson));
  process.stdout.write(listText(inspected satisfies Inspected[], Date.now()));
}

async function show({ clients, queues, values, max }: Work): Promise<void> {
  for (const queue of queues) {
    const { cases, more } = await look(clients, queue, max);
    const { id } = values;
    const shown = id === undefined ? cases : [theCase(cases, id, queue, more)];
    if (values.json) return print(shown.map(caseJson));
    process.stdout.write(shown.map(caseText).join("\n"));
    if (shown.length === 0) console.log(`${queue.name} is empty`);
    if (more && id === undefined) console.log("and more that were not read; --max N reads more");
  }
}

async function redrive({ clients, queues, values, max }: Work): Promise<void> {
  const { reason, "dry-run": dryRun } = values;
  const sum = emptyTally();
  let planned = 0;
  for (const queue of queues) {
    const tally = await redriveQueue(
      clients,
      queue,
      { reason, max, dryRun },
      {
        onPlan(groups, more) {
          planned += groups.reduce((all, { count }) => all + count, 0);
          if (groups.length > 0) process.stdout.write(planText(queue.name, groups, more));
        },
        onProgress: progressLine,
        now: Date.now,
        pause: () => new Promise((resolve) => setTimeout(resolve, POLL_MS)),
      },
    );
    clearProgress();
    for (const [note, count] of tally.notes) console.log(printable(`  ${count} ${note}`));
    add(sum, tally);
  }
  if (planned === 0) return console.log("nothing to redrive");
  console.log(dryRun ? `dry run: ${planned} messages stay where they are` : summaryText(sum));
  if (sum.failed > 0) process.exitCode = 1;
}

async function drop({ clients, queues, values, max = DEFAULT_MAX }: Work): Promise<void> {
  const { id, yes } = values;
  if (!id) throw new Error("drop needs --id ID; npm run dlq -- show --queue NAME prints the ids");
  for (const queue of queues) {
    const { cases, more } = await inspect(clients.sqs, queue, { max, seconds: LOOK_SECONDS });
    try {
      const one = theCase(cases, id, queue, more);
      process.stdout.write(caseText(one));
      if (!yes) throw new Error(`message ${id} is kept; add --yes to delete it for good`);
      await deleteMessage(clients.sqs, queue.url, one.letter);
      cases.splice(cases.indexOf(one), 1);
      console.log(`deleted from ${queue.name}`);
    } finally {
      const letters = cases.map(({ letter }) => letter);
      await holdFor(clients.sqs, queue.url, letters, 0);
    }
  }
}

/** Reads a queue and gives all back at once. */
async function look(
  { sqs }: Clients,
  queue: DeadLetterQueue,
  max = DEFAULT_MAX,
): Promise<Inspection> {
  const inspection = await inspect(sqs, queue, { max, seconds: LOOK_SECONDS });
  const letters = inspection.cases.map(({ letter }) => letter);
  await holdFor(sqs, queue.url, letters, 0);
  return inspection;
}

function theCase(cases: readonly Case[], id: string, queue: DeadLetterQueue, more: boolean): Case {
  const found = cases.find(({ letter }) => letter.id === id);
  if (found) return found;
  const hint = more ? "; --max N reads more" : "";
  throw new Error(`${queue.name} has no message ${id} among the ${cases.length} read${hint}`);
}

function add(sum: Tally, { redriven, continued, left, failed }: Tally): void {
  sum.redriven += redriven;
  sum.continued += continued;
  sum.left += left;
  sum.failed += failed;
}

function positiveNumber(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1) return number;
  throw new Error(`--max ${text} must be a whole number from 1`);
}

function progressLine(done: number, all: number): void {
  if (process.stdout.isTTY) process.stdout.write(`\r\u001b[K  ${done} of ${all}`);
}

function clearProgress(): void {
  if (process.stdout.isTTY) process.stdout.write("\r\u001b[K");
}

function print(value: unknown): void {
  console.log(JSON.stringify(value, undefined, 2));
}
