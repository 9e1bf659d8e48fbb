import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { call } from "./support/api.ts";
import { follow } from "./support/guide.ts";
import { mugs, Shop } from "./support/shop.ts";
import { copyProgram, type ProgramCopy, startStack, type TestStack } from "./support/stack.ts";

const test = suite("the guides");

test("adding an endpoint takes four source files, and it counts a customer's orders", async () => {
  const program = copyProgram();
  try {
    assert.equal(follow("add-an-endpoint.md", program.root), [
      "handlers/customers/contract.ts",
      "handlers/customers/count-orders.ts",
      "infra/customers/api.ts",
      "index.ts",
    ]);
    const stack = await startStack({ root: program.root });
    try {
      const shop = new Shop(stack);
      const count = (id: string) =>
        call("GET", `${stack.output("customersApiUrl")}/customers/${id}/orders-count`, {
          headers: { "x-api-key": stack.output("customersApiKey") },
        });
      assert.equal((await count("customer-1")).json, { id: "customer-1", orders: 0 });
      await shop.place("rest", mugs());
      const second = await shop.place("http", mugs());
      await shop.until(second, "COMPLETED");
      assert.equal((await count("customer-1")).json, { id: "customer-1", orders: 2 });
      assert.equal((await count("customer-2")).json, { id: "customer-2", orders: 0 });
    } finally {
      await stack.stop();
    }
  } finally {
    program.remove();
  }
});

test.run();

/** The guides whose examples fit beside each other: one stack runs them all. */
const together = suite("the guides, in one program");
const touched: Record<string, string[]> = {};
let program: ProgramCopy;
let stack: TestStack;

together.before(async () => {
  program = copyProgram();
  for (const guide of ["add-a-function.md", "add-a-table.md", "add-an-alarm.md"]) {
    touched[guide] = follow(guide, program.root);
  }
  stack = await startStack({ root: program.root });
});
together.after(async () => {
  await stack?.stop();
  program?.remove();
});

const customer = (method: string, id: string) =>
  call(method, `${stack.output("customersApiUrl")}/customers/${id}`, {
    headers: { "x-api-key": stack.output("customersApiKey") },
  });
const declared = (type: string, name: string) => {
  const found = stack.program.resources.find((it) => it.type === type && it.name === name);
  if (!found) throw new Error(`the program declares no ${type} ${name}`);
  return found;
};
const alarmName = (logical: string) =>
  String(declared("aws:cloudwatch/metricAlarm:MetricAlarm", logical).outputs["name"]);

together("adding a function takes two source files, and it counts every hour", async () => {
  assert.equal(touched["add-a-function.md"], [
    "handlers/customers/count-customers.ts",
    "infra/customer-api.ts",
  ]);
  const { inputs } = declared("aws:lambda/function:Function", "customers-count");
  assert.equal(inputs["environment"], {
    variables: { CUSTOMERS_TABLE: stack.output("customersTableName") },
  });
  const counts = () =>
    stack.logs
      .filter(({ message }) => message.includes('"event":"customers_counted"'))
      .map(({ message }) => JSON.parse(message).message);
  assert.equal(counts(), []);

  for (const id of ["ada", "grace"]) assert.is((await customer("PUT", id)).status, 201);
  await stack.clock.advance(3_600_000);
  await stack.until("the first count", () => counts().length === 1);
  assert.equal(counts(), [{ event: "customers_counted", customers: 2 }]);

  assert.is((await customer("DELETE", "ada")).status, 200);
  await stack.clock.advance(3_600_000);
  await stack.until("the second count", () => counts().length === 2);
  assert.equal(counts()[1], { event: "customers_counted", customers: 1 });
  assert.is(
    stack.services.cloudwatch.alarms.alarm(alarmName("monitoring-customers-count-errors"))?.state,
    "OK",
  );
});

together("adding a table takes four source files, and a function reads it", async () => {
  assert.equal(touched["add-a-table.md"], [
    "infra/customer-api.ts",
    "infra/customers/api.ts",
    "handlers/customers/put-customer.ts",
    "index.ts",
  ]);
  const dynamo = new DynamoDBClient(stack.aws);
  const TableName = stack.output("reservedIdsTableName");
  const { Table } = await dynamo.send(new DescribeTableCommand({ TableName }));
  assert.equal(Table?.KeySchema, [{ AttributeName: "id", KeyType: "HASH" }]);
  assert.is(Table?.BillingModeSummary?.BillingMode, "PAY_PER_REQUEST");
  const ttl = await dynamo.send(new DescribeTimeToLiveCommand({ TableName }));
  assert.equal(ttl.TimeToLiveDescription, {
    AttributeName: "expiresAt",
    TimeToLiveStatus: "ENABLED",
  });
  const backups = await dynamo.send(new DescribeContinuousBackupsCommand({ TableName }));
  const recovery = backups.ContinuousBackupsDescription?.PointInTimeRecoveryDescription;
  assert.is(recovery?.PointInTimeRecoveryStatus, "ENABLED");

  const now = Math.floor(Date.now() / 1000);
  const reserve = (id: string, expiresAt: number) =>
    dynamo.send(
      new PutItemCommand({ TableName, Item: { id: { S: id }, expiresAt: { N: `${expiresAt}` } } }),
    );
  await reserve("admin", now + 30 * 86_400);
  await reserve("was-reserved", now - 60);
  const { status, json } = await customer("PUT", "admin");
  assert.equal([status, json["detail"]], [400, "The id is reserved."]);
  assert.is((await customer("GET", "admin")).status, 404);
  assert.is((await customer("PUT", "was-reserved")).status, 201);
  assert.is((await customer("PUT", "never-reserved")).status, 201);
});

together("adding an alarm takes one source file, and it tells of the 51st refusal", async () => {
  assert.equal(touched["add-an-alarm.md"], ["infra/monitoring/alarms.ts"]);
  const alarm = alarmName("monitoring-customers-api-many-refusals");
  const state = () => stack.services.cloudwatch.alarms.alarm(alarm)?.state;
  const mails = (start: string) =>
    stack.mailbox.letters.filter(({ subject }) => subject.startsWith(`${start}: "${alarm}"`));
  const refused = async (times: number) => {
    for (let n = 0; n < times; n++) {
      const { status } = await call("GET", `${stack.output("customersApiUrl")}/customers/ada`);
      assert.is(status, 403);
    }
  };
  await stack.clock.advance(120_000);
  assert.is(state(), "OK");
  await refused(50);
  await stack.clock.advance(180_000);
  assert.is(state(), "OK");
  assert.is(mails("ALARM").length, 0);

  await refused(51);
  await stack.until("the alarm", () => state() === "ALARM", 130_000);
  const [mail] = mails("ALARM");
  assert.is(
    JSON.parse(mail?.body ?? "{}").AlarmDescription,
    "customers-api refused more than 50 requests in a minute. First: look in its access log for who sends them.",
  );
  await stack.until("its end", () => state() === "OK", 180_000);
  assert.is(mails("OK").length, 1);
});

together.run();
