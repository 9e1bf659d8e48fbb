import { suite } from "uvu";
import * as assert from "uvu/assert";
import { VirtualClock } from "../../src/kernel/clock.ts";
import { createKernel } from "../../src/kernel/kernel.ts";
import { Mailbox } from "../../src/kernel/mailbox.ts";
import { startServices } from "../../src/runtime/services.ts";
import { emitDynamoDbMetrics } from "../../src/services/dynamodb/metrics.ts";
import { DynamoDb } from "../../src/services/dynamodb/service.ts";
import { emittedMetrics } from "../../src/services/emitted-metrics.ts";
import { DEFAULT_SETTINGS } from "../../src/services/sqs/queue-settings.ts";
import { emitStatesMetrics } from "../../src/services/step-functions/metrics.ts";
import { StepFunctions } from "../../src/services/step-functions/service.ts";
import { MetricTape, unseenMetrics } from "../support/metric-tape.ts";
import { only } from "../support/state-machine.ts";
import { MACHINE, machineResource, trustStates } from "../support/step-functions.ts";
import { testKernel } from "../support/test-kernel.ts";

const test = suite("metrics of workflows and tables");
const YOU = { kind: "administrator" } as const;
const FOR_MACHINE = `StateMachineArn=${MACHINE}`;
const WAIT = { Type: "Wait", Seconds: 60 };

/** One machine whose metrics are kept. */
function machine(definition: object) {
  const { kernel, clock } = testKernel();
  trustStates(kernel);
  const states = new StepFunctions(kernel);
  states.provisionStateMachine(machineResource(definition));
  kernel.dispatcher.register(states);
  const tape = new MetricTape();
  const stop = emitStatesMetrics(states, tape);
  const call = (operation: string, input: object) =>
    kernel.dispatcher.call("states", operation, input, YOU);
  const start = (name: string) => call("StartExecution", { stateMachineArn: MACHINE, name });
  const abort = (name: string) =>
    call("StopExecution", {
      executionArn: `${MACHINE.replace(":stateMachine:", ":execution:")}:${name}`,
    });
  return { clock, tape, stop, start, abort };
}

for (const [metric, definition, seconds] of [
  ["ExecutionsSucceeded", only(WAIT), 60],
  ["ExecutionsFailed", { StartAt: "F", States: { F: { Type: "Fail" } } }, 0],
  ["ExecutionsTimedOut", { ...only(WAIT), TimeoutSeconds: 20 }, 20],
] as const) {
  test(`an execution counts when it starts, as ${metric} when it ends, and with its time`, async () => {
    const { clock, tape, start } = machine(definition);
    await start("one");
    assert.equal(tape.of("ExecutionsStarted"), { [FOR_MACHINE]: [1] });
    await clock.advance(60_000);
    assert.equal(tape.of(metric), { [FOR_MACHINE]: [1] });
    assert.equal(tape.of("ExecutionTime"), { [FOR_MACHINE]: [seconds * 1000] });
  });
}

test("an execution that is stopped counts as aborted and as nothing else", async () => {
  const { clock, tape, start, abort } = machine(only(WAIT));
  await start("one");
  await clock.advance(7_000);
  await abort("one");
  await clock.advance(60_000);
  assert.equal(tape.of("ExecutionsAborted"), { [FOR_MACHINE]: [1] });
  assert.equal(tape.of("ExecutionTime"), { [FOR_MACHINE]: [7_000] });
  assert.equal(tape.of("ExecutionsSucceeded"), {});
});

test("a start that names a running execution starts nothing", async () => {
  const { tape, start } = machine(only(WAIT));
  await start("one");
  await start("one");
  assert.equal(tape.of("ExecutionsStarted"), { [FOR_MACHINE]: [1] });
});

async function tables(...names: string[]) {
  const { kernel } = testKernel();
  const dynamodb = new DynamoDb(kernel);
  kernel.dispatcher.register(dynamodb);
  for (const name of names) {
    const inputs = { hashKey: "id", attributes: [{ name: "id", type: "S" }] };
    const billed = { ...inputs, billingMode: "PAY_PER_REQUEST" };
    const resource = { urn: "", type: "", name, id: name, inputs: billed, outputs: { name } };
    await dynamodb.provisionTable(resource);
  }
  const tape = new MetricTape();
  const stop = emitDynamoDbMetrics(dynamodb, tape);
  const call = (operation: string, input: object) =>
    kernel.dispatcher.call("dynamodb", operation, input, YOU);
  /** Calls what is refused. */
  const refused = (operation: string, input: object) =>
    call(operation, input).then(
      () => assert.unreachable(),
      () => undefined,
    );
  return { dynamodb, tape, stop, call, refused };
}

const item = (id: string) => ({ id: { S: id } });

test("a successful request counts by table and operation, one on several tables under each", async () => {
  const { tape, call } = await tables("t-1", "t-2");
  await call("PutItem", { TableName: "t-1", Item: item("1") });
  await call("BatchWriteItem", {
    RequestItems: {
      "t-1": [{ PutRequest: { Item: item("2") } }],
      "t-2": [{ PutRequest: { Item: item("2") } }],
    },
  });
  const Put = (TableName: string) => ({ Put: { TableName, Item: item("3") } });
  await call("TransactWriteItems", { TransactItems: [Put("t-1"), Put("t-2")] });
  assert.equal(tape.of("SuccessfulRequestLatency"), {
    "TableName=t-1 Operation=PutItem": [0],
    "TableName=t-1 Operation=BatchWriteItem": [0],
    "TableName=t-2 Operation=BatchWriteItem": [0],
    "TableName=t-1 Operation=TransactWriteItems": [0],
    "TableName=t-2 Operation=TransactWriteItems": [0],
  });
  tape.clear();
  await call("Scan", { TableName: "t-1" });
  assert.equal(tape.of("ReturnedItemCount"), { "TableName=t-1 Operation=Scan": [3] });
});

test("a condition that does not hold is counted for the table and is no user's error", async () => {
  const { tape, call, refused } = await tables("t-1");
  const put = {
    TableName: "t-1",
    Item: item("1"),
    ConditionExpression: "attribute_not_exists(id)",
  };
  await call("PutItem", put);
  await refused("PutItem", put);
  assert.equal(tape.of("ConditionalCheckFailedRequests"), { "TableName=t-1": [1] });
  assert.equal(tape.of("UserErrors"), {});
  assert.equal(tape.of("SuccessfulRequestLatency"), { "TableName=t-1 Operation=PutItem": [0] });
});

test("a bad request is a user's error of the account", async () => {
  const { tape, refused } = await tables("t-1");
  await refused("GetItem", { TableName: "t-1", Key: {} });
  await refused("GetItem", { TableName: "missing", Key: item("1") });
  assert.equal(tape.of("UserErrors"), { "": [1, 1] });
});

test("a failure of the engine itself is a system error of the table's operation", async () => {
  const { dynamodb, tape, refused } = await tables("t-1");
  dynamodb.engine.store.close();
  await refused("GetItem", { TableName: "t-1", Key: item("1") });
  assert.equal(tape.of("SystemErrors"), { "TableName=t-1 Operation=GetItem": [1] });
  assert.equal(tape.of("UserErrors"), {});
});

test("nothing is reported after it is stopped", async () => {
  const { tape, stop, call } = await tables("t-1");
  stop();
  await call("PutItem", { TableName: "t-1", Item: item("1") });
  assert.equal(tape.of("SuccessfulRequestLatency"), {});
  const other = machine(only(WAIT));
  other.stop();
  await other.start("one");
  assert.equal(other.tape.of("ExecutionsStarted"), {});
});

test("the runtime's services write into its CloudWatch until they stop", async () => {
  const clock = new VirtualClock();
  const start = clock.now();
  const kernel = createKernel({ clock });
  const { services, stop } = await startServices({
    kernel,
    mailbox: new Mailbox(),
    awsEndpoint: "http://127.0.0.1:1",
  });
  services.sqs.createQueue("q", DEFAULT_SETTINGS);
  const send = () =>
    kernel.dispatcher.call("sqs", "SendMessage", { QueueUrl: "/q", MessageBody: "m" }, YOU);
  await send();
  await clock.advance(60_000);
  const sum = (name: string) => {
    const metric = { namespace: "AWS/SQS", name, dimensions: { QueueName: "q" } };
    const range = { start, end: start + 600_000, period: 600_000 };
    const [point] = services.cloudwatch.metrics.datapoints(metric, range).values();
    return point?.sum;
  };
  assert.is(sum("NumberOfMessagesSent"), 1);
  assert.is(sum("ApproximateNumberOfMessagesVisible"), 1);
  await stop();
  await send();
  await clock.advance(120_000);
  assert.is(sum("NumberOfMessagesSent"), 1);
  assert.is(sum("ApproximateNumberOfMessagesVisible"), 1);
});

test("every metric of workflows and tables that the table names has been seen", () => {
  assert.equal([...unseenMetrics("AWS/States"), ...unseenMetrics("AWS/DynamoDB")], []);
});

test("no metric of the table repeats a set of dimensions", () => {
  for (const [namespace, { metrics }] of Object.entries(emittedMetrics)) {
    for (const [name, { dimensions }] of Object.entries(metrics)) {
      const sets = dimensions.map((set) => [...set].sort().join());
      assert.is(new Set(sets).size, sets.length, `${namespace} ${name}`);
    }
  }
});

test.run();
