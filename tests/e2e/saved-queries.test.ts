import {
  CloudWatchLogsClient,
  DescribeQueryDefinitionsCommand,
  GetQueryResultsCommand,
  type QueryDefinition,
  StartQueryCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { functionsInProcess } from "local-aws/testing/functions-in-process";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type DoorName, mugs, Shop } from "./support/shop.ts";
import { startStack, type TestStack } from "./support/stack.ts";

const test = suite("saved queries, end to end");
let folder: string;
let stack: TestStack;
let shop: Shop;
let logs: CloudWatchLogsClient;
let saved: Map<string, QueryDefinition>;

test.before(async () => {
  stack = await startStack({ replace: functionsInProcess });
  folder = `${stack.program.project}/dev/`;
  shop = new Shop(stack);
  logs = new CloudWatchLogsClient(stack.aws);
  const { queryDefinitions = [] } = await logs.send(
    new DescribeQueryDefinitionsCommand({ queryDefinitionNamePrefix: folder }),
  );
  saved = new Map(queryDefinitions.map((it) => [(it.name ?? "").replace(folder, ""), it]));
});
test.after(() => stack?.stop());

/** The rows of a saved query, once it has run, with `orderId` where it asks for one. */
async function ask(title: string, orderId = ""): Promise<Record<string, string>[]> {
  const { queryString = "", logGroupNames } = saved.get(title) ?? {};
  const { queryId } = await logs.send(
    new StartQueryCommand({
      logGroupNames,
      queryString: queryString.replaceAll("PUT THE ORDER ID HERE", orderId),
      startTime: Math.floor(stack.clock.now() / 1000) - 3600,
      endTime: Math.floor(stack.clock.now() / 1000) + 60,
    }),
  );
  const { results = [] } = await stack.until(`the query "${title}" to end`, async () => {
    const answer = await logs.send(new GetQueryResultsCommand({ queryId }));
    return answer.status === "Complete" ? answer : undefined;
  });
  return results.map((row) =>
    Object.fromEntries(row.map(({ field = "", value = "" }) => [field, value])),
  );
}

/** The job of the function, or the name of what else wrote a row. */
const writerOf = ({ "@log": log = "" }: Record<string, string>) => log.split("/").at(-1) ?? "";

/** Sends an order on its trip and waits until it is over. */
async function trip(door: DoorName, correlationId: string): Promise<string> {
  const orderId = await shop.place(door, mugs(), { "x-correlation-id": correlationId });
  await shop.until(orderId, "COMPLETED");
  const told = () => shop.letters(orderId).some((letter) => letter.startsWith("sms"));
  await stack.until("the last letter", () => told() || undefined);
  return orderId;
}

test("are those that the program declares, over all log groups", () => {
  assert.equal([...saved.keys()].sort(), [
    "duration by function",
    "errors, newest first",
    "journey of one order",
  ]);
  const groups = Object.values(stack.outputs["logGroupNames"] as Record<string, string>);
  // API Gateway's own error logs are not JSON, and add nothing to the access logs.
  const searched = groups.filter((name) => !name.startsWith("API-Gateway-Execution-Logs_"));
  for (const [title, { logGroupNames }] of saved) {
    assert.equal([...(logGroupNames ?? [])].sort(), searched.sort(), title);
  }
});

const STEPS = [
  "order-workflow-reserve-stock",
  "order-workflow-charge-payment",
  "order-workflow-confirm-order",
];
const BEHIND = ["order-workflow-process-order", ...STEPS, "orders-events", "orders-notify"];
const doors: [door: DoorName, writers: string[]][] = [
  ["rest", ["orders-place-order", ...BEHIND]],
  ["http", ["orders-accept-order", ...BEHIND]],
  // No function stands at this door.
  ["direct", BEHIND],
];

for (const [door, writers] of doors) {
  test(`the journey of an order by the door ${door} goes on under the client's own id`, async () => {
    const correlationId = `trip.of-${door}:1`;
    const orderId = await trip(door, correlationId);
    const rows = await ask("journey of one order", orderId);
    const lines = rows.map((row) => {
      const line = JSON.parse(row["@message"] ?? "{}");
      // Metrics are lines of their own, whose members stand at the root.
      const said = line._aws ? line : line.message;
      return { writer: writerOf(row), id: said.correlationId, order: said.orderId };
    });
    assert.equal([...new Set(lines.map(({ writer }) => writer))].sort(), [...writers].sort());
    assert.equal(
      lines.filter(({ id, order }) => id !== correlationId || order !== orderId),
      [],
    );
    const events = rows.map((row) => row["message.event"]).filter(Boolean);
    for (const event of ["order_workflow_started", "order_completed", "letter_simulated"]) {
      assert.ok(events.includes(event), `${event} is not in ${events}`);
    }
  });
}

test("the errors are shown newest first, with the order and the function", async () => {
  assert.equal(await ask("errors, newest first"), []);
  const stateMachineArn = stack.output("customersWorkflowArn");
  await new SFNClient(stack.aws).send(new StartExecutionCommand({ stateMachineArn, input: "{}" }));
  await stack.until("the step to fail", async () =>
    (await ask("errors, newest first")).length >= 2 ? true : undefined,
  );
  await stack.clock.advance(60_000);
  const orderId = "11111111-2222-4333-8444-555555555555";
  await new SQSClient(stack.aws).send(
    new SendMessageCommand({
      QueueUrl: stack.output("ordersQueueUrl"),
      MessageBody: JSON.stringify({
        orderId,
        createdAt: new Date(stack.clock.now()).toISOString(),
      }),
    }),
  );
  const [newest, ...older] = await stack.until("the poison message to show", async () => {
    const rows = await ask("errors, newest first");
    return rows.some((row) => writerOf(row) === "order-workflow-process-order") ? rows : undefined;
  });
  assert.is(newest && writerOf(newest), "order-workflow-process-order");
  assert.is(newest?.["level"], "ERROR");
  assert.is(newest?.["message.event"], "order_message_set_aside");
  assert.is(newest?.["message.orderId"], orderId);
  assert.equal([...new Set(older.map(writerOf))], ["customers-workflow-validate-exists"]);
  // What it logged, and Lambda's own report.
  assert.is(older.length, 2);
});

test("every function that ran is shown with its durations, the slowest first", async () => {
  const rows = await ask("duration by function");
  const ran = stack.logs
    .filter(({ message }) => message.includes('"type":"platform.report"'))
    .map(({ group }) => group.split("/").at(-1) ?? "");
  assert.ok(new Set(ran).size >= 10);
  assert.equal(
    Object.fromEntries(rows.map((row) => [writerOf(row), Number(row["invocations"])])),
    Object.fromEntries(ran.map((name) => [name, ran.filter((it) => it === name).length])),
  );
  for (const row of rows) {
    const [fastest, average, slowest] = ["fastest", "average", "slowest"].map((key) =>
      Number(row[key]),
    );
    assert.ok(0 < (fastest ?? 0) && (fastest ?? 0) <= (average ?? 0), writerOf(row));
    assert.ok((average ?? 0) <= (slowest ?? 0), writerOf(row));
  }
  const slowest = rows.map((row) => Number(row["slowest"]));
  assert.equal(
    slowest,
    slowest.toSorted((a, b) => b - a),
  );
});

test.run();
